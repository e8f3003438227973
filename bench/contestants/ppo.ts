/** Our PPO trainer; a round is one of its iterations. */
import type { DemonstrationRow } from '@laurel/contracts';
import type { Metrics } from '@laurel/learning';
import { createPpoTrainer } from '../../packages/learning/trainers/ppo.ts';
import { contest } from '../core/contestant.ts';
import { PhaseClock } from '../ppo/phase-clock.ts';
import type { PpoRounds } from '../ppo/ppo-rounds.ts';
import { loadLaurel, readModel, readRows } from './laurel.ts';

await contest<PpoRounds>(async ({ folder, settings }) => {
  const { kernels, ready } = await loadLaurel();
  const { kl_target: _, kl_limit: __, lora: ___, ...hyperparameters } = settings.hyperparameters; // null: left out
  const clock = new PhaseClock(kernels);
  const trainer = await createPpoTrainer({
    kernels: clock.kernels,
    policy: readModel(folder, 'policy'),
    rewardModel: readModel(folder, 'reward-model'),
    rows: readRows<DemonstrationRow>(folder, 'posts.jsonl'),
    hyperparameters,
    seed: settings.seed,
  });
  await trainer.advance(); // warm
  return {
    ...ready,
    async round() {
      let metrics: Metrics = {};
      const { seconds, phases } = await clock.time(async () => {
        metrics = await trainer.advance();
      });
      const { batch_size: units } = settings.hyperparameters;
      const values = settings.values.map((name) => metrics[name] ?? Number.NaN);
      const responseTokens = units * (metrics.response_tokens ?? Number.NaN);
      return { seconds, units, values, figures: { ...phases, responseTokens } };
    },
  };
});
