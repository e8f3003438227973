import { candidate, promptInput, renderPrompt } from '@laurel/contracts';
import { z } from 'zod';
import { groupOf, words } from './fields.ts';
import { format } from './format.ts';

/** `{prompt, completions}`; a completion is a text, or as a scoring job gives it out: with its score. */
export const readCandidates = format(
  z.strictObject({
    id: z.string().min(1).optional(),
    prompt: promptInput,
    completions: z
      .array(z.union([words, candidate]))
      .min(1)
      .max(256),
  }),
  ({ id, prompt: input, completions }) => {
    const prompt = renderPrompt(input);
    const texts = completions.map((completion) => (typeof completion === 'string' ? { text: completion } : completion));
    return { group: id ?? groupOf(prompt), prompt, completions: texts };
  },
);
