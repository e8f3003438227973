/** Our scoring of texts, from their characters on: a round is one call. */
import { readModelFiles, type ScoringItem, scoreCompletions } from '@laurel/learning';
import { contest } from '../core/contestant.ts';
import { roundItems } from '../scoring/scoring-items.ts';
import { loadLaurel, readModel, readRows } from './laurel.ts';

const WARM_UP_POSTS = 8;

await contest<{ postsPerRound: number }>(async ({ folder, settings }) => {
  const { kernels, ready } = await loadLaurel();
  const model = readModelFiles(readModel(folder, 'reward-model'));
  const items = readRows<ScoringItem>(folder, 'items.jsonl');
  scoreCompletions(kernels, model, items.slice(0, WARM_UP_POSTS));
  return {
    ...ready,
    async round(i) {
      const some = roundItems(items, settings.postsPerRound, i);
      const startMs = performance.now();
      const scores = scoreCompletions(kernels, model, some).flat();
      const seconds = (performance.now() - startMs) / 1000;
      return { seconds, units: scores.length, values: scores.map(({ raw }) => raw) };
    },
  };
});
