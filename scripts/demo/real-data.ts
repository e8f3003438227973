import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { HeldOutComparison, Material, TrainingSettings } from './material.ts';

interface Post {
  id: string;
  subreddit: string;
  title: string;
  post: string;
  summary: string;
}

interface Comparison {
  info: { id: string };
  summaries: [{ text: string }, { text: string }];
  choice: 0 | 1;
}

/** One post in so many is held out, of the demonstrations and of the comparisons alike. */
const HOLD_OUT_ONE_IN = 5;

/** A small budget: minutes on two cores. What a model this small reaches is reported, whatever it is. */
const SETTINGS: TrainingSettings = {
  pretrain: {
    architecture: { layers: 4, width: 128, heads: 4, context: 512 },
    vocabulary_size: 4096,
    hyperparameters: { learning_rate: 2e-3, batch_size: 32, epochs: 1, warmup_steps: 10, weight_decay: 0.01 },
  },
  sft: { hyperparameters: { learning_rate: 5e-4, batch_size: 32, epochs: 1, warmup_steps: 5 } },
  reward_model: { hyperparameters: { learning_rate: 5e-4, batch_size: 32, epochs: 2, warmup_steps: 5 } },
  ppo: { hyperparameters: { batch_size: 64, minibatch_size: 32, epochs: 2, total_episodes: 512, response_length: 48 } },
  evaluation: { best_of: 8, max_prompts: 50, temperature: 0.7, response_length: 48 },
};

/**
 * Human comparisons and posts out of a folder: `tldr-comparisons/batch13.jsonl`, `tldr-posts/posts.jsonl` and
 * `scitldr/train.jsonl`. The split is by post, so that no post is both learnt from and measured on.
 * @throws {Error} naming the file that is missing
 */
export async function realData(folder: string): Promise<Material> {
  const posts = await readLines<Post>(folder, 'tldr-posts/posts.jsonl');
  const papers = await readLines<{ document: string }>(folder, 'scitldr/train.jsonl');
  const comparisons = await readLines<Comparison>(folder, 'tldr-comparisons/batch13.jsonl');
  const kept = posts.filter(({ id }) => !isHeldOut(id));
  return {
    description: `the comparisons and posts in ${folder}`,
    texts: [...kept.map(({ post }) => ({ text: post })), ...papers.map(({ document }) => ({ text: document }))],
    demonstrations: kept,
    comparisons: comparisons.filter(({ info }) => !isHeldOut(info.id)),
    heldOut: {
      demonstrations: posts.filter(({ id }) => isHeldOut(id)).map((row) => ({ row })),
      comparisons: comparisons.filter(({ info }) => isHeldOut(info.id)).map(withTexts),
    },
    settings: SETTINGS,
  };
}

/** Decided by the id alone, so that it stays the same when rows are added. */
const isHeldOut = (id: string): boolean =>
  createHash('sha256').update(id).digest().readUInt32BE() % HOLD_OUT_ONE_IN === 0;

const withTexts = (row: Comparison): HeldOutComparison => ({
  row,
  chosen: row.summaries[row.choice].text,
  rejected: row.summaries[row.choice === 0 ? 1 : 0].text,
});

async function readLines<T>(folder: string, file: string): Promise<T[]> {
  const path = join(folder, file);
  const text = await readFile(path, 'utf8').catch((error: Error) => {
    const needed = 'tldr-comparisons/batch13.jsonl, tldr-posts/posts.jsonl and scitldr/train.jsonl';
    throw new Error(`${path} cannot be read (${error.message}). --data takes a folder with ${needed}.`, {
      cause: error,
    });
  });
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as T);
}
