import { DEFAULT_BEST_OF, DEFAULT_RESPONSE_LENGTH, type RejectionSamplingHyperparameters } from '@laurel/contracts';
import { type FineTuningSettings, fineTuningSettings } from './hyperparameters.ts';

/** Every value that rejection sampling needs, in the names of the API. */
export interface RejectionSamplingSettings extends FineTuningSettings {
  best_of: number;
  temperature: number;
  response_length: number;
}

/** Fills in what the caller left out: SFT's values for learning, PPO's for sampling. */
export function rejectionSamplingSettings(
  parameters: number,
  {
    best_of = DEFAULT_BEST_OF,
    temperature = 0.7,
    response_length = DEFAULT_RESPONSE_LENGTH,
    ...given
  }: RejectionSamplingHyperparameters,
): RejectionSamplingSettings {
  return { ...fineTuningSettings('sft', parameters, given), best_of, temperature, response_length };
}
