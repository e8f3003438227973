import { type CompletionScore, Problem, type PromptOrChat, type TruncationRule } from '@laurel/contracts';
import type { Context } from '../../context.ts';
import type { Answered, Ask } from './ask.ts';
import { scoreItems } from './score-items.ts';

const MAX_SENTENCES = 128;

export interface ExplainRequest {
  prompt: PromptOrChat;
  completion: string;
  truncation: TruncationRule;
}

export interface SentenceEffect {
  /** As it stands in the completion, with the space after it. */
  text: string;
  /** Of the completion without it. */
  score_without: number;
  /** The whole's score − `score_without`: by so much the sentence raises the score. */
  difference: number;
}

const sentences = new Intl.Segmenter('en', { granularity: 'sentence' });

/**
 * Says which sentences of a completion move its score: each is left out once, and the rest is scored (Zeiler and Fergus 2014's
 * occlusion, by sentences). Effects do not add up where sentences lean on each other.
 *
 * @throws {Problem} 422 for too many sentences; as `scoreItems`
 */
export async function explain(
  context: Context,
  ask: Ask,
  { prompt, completion, truncation }: ExplainRequest,
): Promise<Answered<{ whole: CompletionScore; sentences: SentenceEffect[] }>> {
  const texts = Array.from(sentences.segment(completion), ({ segment }) => segment);
  if (texts.length > MAX_SENTENCES) {
    const detail = `The completion has ${texts.length} sentences, of which ${MAX_SENTENCES} can be left out; split it.`;
    throw new Problem(422, 'too_many_sentences', detail, {
      errors: [{ pointer: '/completion', code: 'too_many_sentences', detail }],
    });
  }
  const without = texts.map((_, i) => texts.toSpliced(i, 1).join('').trim());
  const items = [{ prompt, completions: [completion, ...without] }];
  const { answering, items: scored } = await scoreItems(context, ask, { items, truncation });
  const [whole, ...rest] = scored[0] ?? [];
  if (!whole) throw new Error('The engine scored nothing.');
  const effects = texts.map((text, i) => {
    const scoreWithout = rest[i]?.score ?? Number.NaN;
    return { text, score_without: scoreWithout, difference: whole.score - scoreWithout };
  });
  return { answering, whole, sentences: effects };
}
