import { join } from 'node:path';
import type { DemonstrationRow } from '@laurel/contracts';
import { disposeParameters, RandomGenerator, type Tokenizer } from '@laurel/learning';
import { ppoSettings } from '../../packages/learning/settings/ppo-settings.ts';
import { encodePrompt } from '../../packages/learning/trainers/encode.ts';
import { exampleOrder } from '../../packages/learning/trainers/example-order.ts';
import type { Mode, Work } from '../core/work.ts';
import type { PpoRounds } from '../ppo/ppo-rounds.ts';
import { raiseEndOfText } from '../ppo/raise-end-of-text.ts';
import { CONTEXT, type ModelSize, randomDecoder, SEED, writeModel, writeRows } from '../prepare.ts';
import { ourModes } from '../training/training-modes.ts';

/** Makes an end of text about as likely as in real summaries, once in 48 tokens, among 16,000 at T = 0.7. */
const END_RISE = 4.2;

/** Statistics that do not depend on a run's luck by more than the tolerance. */
const VALUES = ['score', 'kl', 'entropy', 'ratio', 'approx_kl', 'policy_loss', 'value_loss'];

const peer = (name: string, settings: Record<string, unknown>): Mode => ({
  name: `PyTorch PPO, ${name}`,
  script: 'peers/ppo.py',
  settings,
});

/** Whole iterations of PPO on real posts. */
function ppoWork(model: ModelSize, given: { batch_size: number; minibatch_size: number }): Work {
  const hyperparameters = ppoSettings(0, { ...given, learning_rate: 1e-5, total_episodes: 100 * given.batch_size });
  const settings: PpoRounds = { hyperparameters, seed: SEED, values: VALUES };
  return {
    name: `ppo-${model}`,
    description: `an iteration of PPO, ${model.replace('x', ' × ')}: ${given.batch_size} episodes, 4 epochs of updates in minibatches of ${given.minibatch_size}`,
    unit: 'episodes',
    model,
    settings: { ...settings },
    async prepare({ posts, tokenizer }, folder) {
      await writePolicy(folder, model, tokenizer);
      writeRows(join(folder, 'posts.jsonl'), posts);
      writeRows(join(folder, 'ordered-prompts.jsonl'), orderedPrompts(tokenizer, posts, settings));
    },
    ours: ourModes('contestants/ppo.ts'),
    peers: [
      peer('bf16 autocast', { precision: 'autocast' }),
      peer('bf16 autocast, compiled', { precision: 'autocast', compile: true }),
      peer('float32', { precision: 'float32' }),
    ],
    goal: { ratio: 4 },
    // Either side samples responses of its own, so that this finds gross errors alone.
    check: { values: VALUES.join(', '), tolerance: { float32: 0.8, bfloat16: 0.8 } },
  };
}

/** `policy/`: the random model, but with texts that end. */
async function writePolicy(folder: string, model: ModelSize, tokenizer: Tokenizer): Promise<void> {
  const random = await randomDecoder(model, tokenizer);
  const decoder = raiseEndOfText(random, tokenizer.endOfText, END_RISE);
  writeModel(join(folder, 'policy'), { kind: 'policy', decoder, tokenizer });
  disposeParameters(random.parameters);
  disposeParameters(decoder.parameters);
}

/** The prompts of the run, in the order in which our trainer takes them. */
function orderedPrompts(
  tokenizer: Tokenizer,
  posts: readonly DemonstrationRow[],
  { hyperparameters, seed }: PpoRounds,
) {
  const limit = CONTEXT - hyperparameters.response_length;
  const prompts = posts.map(({ prompt }) => encodePrompt(tokenizer, prompt, limit));
  const order = exampleOrder(prompts.length, RandomGenerator.fromSeed(seed).fork('examples'));
  return Array.from(prompts, (_, place) => ({ tokens: prompts[order(place)]?.tokens }));
}

export const ppoWorks = [
  ppoWork('6x256', { batch_size: 32, minibatch_size: 16 }),
  ppoWork('12x768', { batch_size: 4, minibatch_size: 4 }),
];
