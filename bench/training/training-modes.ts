import type { Mode } from '../core/work.ts';

/** How our trainers run: `LAUREL_PRECISION` decides. */
export const ourModes = (script: string): Mode[] => [
  { name: 'Laurel, bf16', script, env: { LAUREL_PRECISION: 'bfloat16' } },
  { name: 'Laurel, float32', script, env: { LAUREL_PRECISION: 'float32' } },
];

/** How TRL's trainers run on a CPU, with dynamic padding. */
export const trlModes = (script: string): Mode[] => [
  { name: 'TRL, float32', script, settings: { mode: 'float32' } },
  { name: 'TRL, bf16 autocast', script, settings: { mode: 'autocast' } },
  { name: 'TRL, bf16 weights', script, settings: { mode: 'bfloat16' } },
  { name: 'TRL, bf16 autocast, compiled', script, settings: { mode: 'autocast', compile: true } },
  { name: 'TRL, bf16 weights, compiled', script, settings: { mode: 'bfloat16', compile: true } },
];

/** Losses of the same weights on the same rows: by rounding alone in float32, by what bf16's rounding grows to otherwise. */
export const LOSS_CHECK = { values: 'losses of the steps', tolerance: { float32: 1e-3, bfloat16: 0.05 } };
