import type { PromptRow } from '@laurel/contracts';
import type { Model } from '../checkpoint/model-files.ts';
import { encodePrompt } from './encode.ts';
import { encodeFitting } from './sequence.ts';
import { UnsuitableInput } from './unsuitable-input.ts';

/** A prompt, with its reference where the dataset has one. */
export interface PromptToSample extends PromptRow {
  completion?: string;
}

/** A prompt as the policy reads it, and the row that it is of. */
export interface SamplingPrompt {
  row: PromptToSample;
  tokens: readonly number[];
}

/**
 * The prompts that leave room for a response in the policy's context.
 * @throws {UnsuitableInput} when none does
 */
export function samplingPrompts(
  { decoder, tokenizer }: Model,
  rows: readonly PromptToSample[],
  responseLength: number,
): SamplingPrompt[] {
  const limit = decoder.config.n_positions - responseLength;
  const { encoded } = encodeFitting(rows, (row) => ({
    row,
    tokens: encodePrompt(tokenizer, row.prompt, limit).tokens,
  }));
  if (encoded.length > 0) return encoded;
  throw new UnsuitableInput(
    `No prompt of the dataset fits ${Math.max(limit, 0)} tokens, the context of ${decoder.config.n_positions} less the response's ` +
      `${responseLength}: lower response_length, or use a model with a longer context.`,
  );
}
