import type { RotaryConfig } from '../../model/model-config.ts';
import type { ConfigEntries } from '../config-entries.ts';

/**
 * Base and scaling of rotary positions: transformers 4 has them in `rope_theta` and `rope_scaling`, transformers 5 in
 * `rope_parameters`.
 */
export function readRotary(
  entries: ConfigEntries,
  { size, thetaKey = 'rope_theta' }: { size: number; thetaKey?: string },
): RotaryConfig {
  const parameters = entries.within('rope_parameters') ?? entries.within('rope_scaling');
  const theta = parameters?.get('rope_theta') === undefined ? entries.number(thetaKey, 10_000) : undefined;
  return {
    size,
    theta: theta ?? (parameters as ConfigEntries).number('rope_theta'),
    scaling: parameters ? readScaling(parameters) : null,
  };
}

function readScaling(parameters: ConfigEntries): RotaryConfig['scaling'] {
  const key = parameters.get('rope_type') === undefined ? 'type' : 'rope_type'; // its older name
  if (!parameters.oneOf(key, { default: false, llama3: true }, 'default')) return null;
  return {
    factor: parameters.number('factor'),
    low_freq_factor: parameters.number('low_freq_factor'),
    high_freq_factor: parameters.number('high_freq_factor'),
    original_max_position_embeddings: parameters.number('original_max_position_embeddings'),
  };
}

/** `rope_theta` and `rope_scaling`. */
export const writeRotary = ({ theta, scaling }: RotaryConfig) => ({
  rope_theta: theta,
  rope_scaling: scaling && { rope_type: 'llama3', ...scaling },
});
