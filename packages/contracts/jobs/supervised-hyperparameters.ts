import { z } from 'zod';
import { int32, MAX_INT32 } from '../int32.ts';
import { count, rate } from './fields.ts';
import { loraHyperparameters } from './lora.ts';

/** What every supervised trainer takes. Left out: the paper's value, scaled to the model's size by the trainer. */
export const supervisedHyperparameters = z.strictObject({
  learning_rate: rate.optional(),
  batch_size: count.max(4096).optional(),
  epochs: z.number().positive().max(100).optional(),
  max_gradient_norm: z.number().positive().optional(),
  weight_decay: z.number().min(0).max(1).optional(),
  warmup_steps: int32.optional(),
});
export type SupervisedHyperparameters = z.infer<typeof supervisedHyperparameters>;

/** What those take that start from a model. */
export const fineTuningHyperparameters = supervisedHyperparameters.extend({
  /** Left out: every parameter is trained. */
  lora: loraHyperparameters.optional(),
  /** Steps between two measurements of the validation loss. Left out: it is measured at the end. */
  evaluate_every: count.max(MAX_INT32).optional(),
  /**
   * The run stops early after so many measurements without a new lowest validation loss, and its result is the model that had the
   * lowest. Needs `evaluate_every` and a `validation_fraction`.
   */
  patience: count.max(MAX_INT32).optional(),
});
export type FineTuningHyperparameters = z.infer<typeof fineTuningHyperparameters>;

/** Share of groups (posts) held out for the validation loss. */
export const validationFraction = z.number().min(0).max(0.5);

interface WithValidation {
  validation_fraction: number;
  hyperparameters: FineTuningHyperparameters;
}

/** Names what `evaluate_every` and `patience` lack. */
export const requireValidation: z.core.CheckFn<WithValidation> = ({ value, issues }) => {
  const { validation_fraction, hyperparameters } = value;
  const { evaluate_every, patience } = hyperparameters;
  const lacks = (name: 'evaluate_every' | 'patience', message: string) =>
    issues.push({ code: 'custom', path: ['hyperparameters', name], message, input: value });
  if (patience !== undefined && evaluate_every === undefined) {
    lacks('patience', 'counts measurements of the validation loss: set evaluate_every as well');
  }
  if (evaluate_every !== undefined && validation_fraction === 0) {
    lacks('evaluate_every', 'measures a validation loss, and nothing is held out: set validation_fraction');
  }
};
