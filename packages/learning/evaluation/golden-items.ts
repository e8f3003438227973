import { type GoldenScores, renderPrompt } from '@laurel/contracts';
import { type Model, readModelFiles } from '../checkpoint/model-files.ts';
import type { Kernels } from '../model/kernels.ts';
import { disposeParameters } from '../model/parameters.ts';
import { DoesNotFit } from '../trainers/encode.ts';
import type { Files } from '../trainers/trainer.ts';
import { logProbsOfCompletions } from './log-probs-of-completions.ts';
import { type ScoringItem, scoreCompletions } from './score-completions.ts';

type GoldenItem = GoldenScores['items'][number];

/** Longer than most contexts, so that it has to be cut. */
const LONG_POST = 'The library was closed, so we walked on to the harbour.\n'.repeat(250);

/** Texts of nobody's: a post as the paper has it, a long one, other scripts, and one that even the smallest context holds. */
const ITEMS: ScoringItem[] = [
  {
    prompt: renderPrompt({
      subreddit: 'relationships',
      title: 'My neighbour keeps my umbrella',
      post: 'I lent it to her in March. It has rained every week since, and she uses it when she walks past my door.',
    }),
    completions: ['My neighbour never gave back the umbrella that I lent her in March.', 'It rained.'],
  },
  { prompt: renderPrompt({ title: 'Sunday', post: LONG_POST }), completions: ['We went to the harbour instead.'] },
  { prompt: renderPrompt('Wie spät ist es? 今何時ですか 🕰️'), completions: ['Kurz nach zwölf.', '12:05'] },
  { prompt: renderPrompt('the dog'), completions: ['it'] },
];

/** What the server is to come to with a model, as its files have it. Texts that the model's context cannot hold are left out. */
export function goldenItems(kernels: Kernels, files: Files): GoldenItem[] {
  const model = readModelFiles(files);
  try {
    return ITEMS.flatMap((item) => {
      const values = valuesOf(kernels, model, item);
      return values ? [{ ...item, completions: [...item.completions], values }] : [];
    });
  } finally {
    disposeParameters(model.decoder.parameters);
  }
}

function valuesOf(kernels: Kernels, model: Model, item: ScoringItem): number[] | null {
  try {
    return model.kind === 'reward_model'
      ? scoreCompletions(kernels, model, [item]).flatMap((scores) => scores.map(({ raw }) => raw))
      : logProbsOfCompletions(kernels, model, [item]).flatMap((all) => all.map((y) => y.log_prob / y.tokens));
  } catch (error) {
    if (error instanceof DoesNotFit) return null;
    throw error;
  }
}
