import type { PromptParts } from '@laurel/contracts';
import type { Model } from '../checkpoint/model-files.ts';
import type { Kernels } from '../model/kernels.ts';
import type { Sample } from '../sampling/sample.ts';
import { DoesNotFit } from './encode.ts';
import { rewards } from './reward-model.ts';
import { encodeSequences, type Sequence } from './sequence.ts';

/** A prompt and sampled responses to it; null for one that is not to be scored. */
export interface SampledTexts {
  prompt: PromptParts;
  texts: readonly (string | null)[];
}

/** What a policy has written, to be scored; null where it has not come to an end. */
export const sampleText = ({ tokenizer }: Model, sample: Sample | undefined): string | null =>
  sample?.finished ? tokenizer.decode(sample.tokens) : null;

/**
 * r_θ(x, y) of sampled texts, normalised. Text crosses from the policy to the reward model, which encodes prompt and response with a
 * tokenizer and a context of its own: the reward is that which evaluation and serving see. null where there is no text, or where the
 * reward model's context does not hold it.
 */
export function scoreTexts(
  kernels: Kernels,
  { decoder, tokenizer, rewardBias }: Model,
  items: readonly SampledTexts[],
): (number | null)[][] {
  const encode = (prompt: PromptParts, completions: string[]) =>
    encodeSequences(tokenizer, decoder.config.n_positions, { prompt, completions });
  const encoded = items.map(({ prompt, texts }) => encodeReadable(texts, (some) => encode(prompt, some)));
  const readable = encoded.map((sequences) => sequences.filter((sequence) => sequence !== null));
  const present = readable.filter(({ length }) => length > 0); // a pass over nothing is none
  const values = rewards(kernels, decoder, present).values();
  return encoded.map((sequences) =>
    sequences.map((sequence) => (sequence ? (values.next().value ?? Number.NaN) + rewardBias : null)),
  );
}

/** All of an item's texts at once, so that they share the prompt; one by one only where one of them does not fit. */
function encodeReadable(
  texts: readonly (string | null)[],
  encode: (some: string[]) => Sequence[],
): (Sequence | null)[] {
  const one = (text: string) => fitting(() => encode([text]))?.[0] ?? null;
  const present = texts.filter((text) => text !== null);
  const sequences = (fitting(() => encode(present)) ?? present.map(one)).values();
  return texts.map((text) => (text === null ? null : (sequences.next().value ?? null)));
}

function fitting<T>(encode: () => T): T | null {
  try {
    return encode();
  } catch (error) {
    if (error instanceof DoesNotFit) return null;
    throw error;
  }
}
