import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ComparisonRow, DemonstrationRow } from '@laurel/contracts';
import {
  disposeParameters,
  gpt2Config,
  initialiseParameters,
  initialiseRewardHead,
  loadTokenizer,
  RandomGenerator,
  type Tokenizer,
  writeModelFiles,
} from '@laurel/learning';
import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { trainBpe } from '../packages/learning/tokenizer/train-bpe.ts';
import { readComparisons, readPapers, readPosts } from './core/real-data.ts';

/** What works are made of. */
export interface Material {
  posts: DemonstrationRow[];
  papers: DemonstrationRow[];
  comparisons: ComparisonRow[];
  /** Trained on posts and papers. */
  tokenizer: Tokenizer;
}

const VOCABULARY = 16_000;
/** Tokens that a model reads at once. */
export const CONTEXT = 1024;
/** Of all that is drawn, and of our trainers' own draws. */
export const SEED = 1;

const SIZES = {
  '6x256': { n_layer: 6, n_embd: 256, n_head: 8 },
  '12x768': { n_layer: 12, n_embd: 768, n_head: 12 },
} as const;

/** Layers × width. */
export type ModelSize = keyof typeof SIZES;

/** Reads the real rows and trains the vocabulary. @throws {Error} saying where data were looked for */
export function prepareMaterial(): Material {
  const [posts, papers] = [readPosts(), readPapers()];
  const texts = [...posts, ...papers].flatMap(textsOf); // the posts alone have too few words for so many tokens
  const tokenizer = loadTokenizer(trainBpe(texts, { vocabularySize: VOCABULARY }));
  return { posts, papers, comparisons: readComparisons(), tokenizer };
}

const textsOf = ({ prompt: { head, post, tail }, completion }: DemonstrationRow) => [head + post + tail, completion];

/**
 * Writes a model with random weights in Hugging Face's layout: `model/`, a base model, and `reward-model/`, the same decoder with
 * the head that our trainer of reward models would draw for it.
 */
export async function writeModels(folder: string, size: ModelSize, tokenizer: Tokenizer): Promise<void> {
  tf.enableProdMode(); // no advice about faster backends: it only draws numbers
  await tf.setBackend('cpu');
  const config = gpt2Config({ ...SIZES[size], vocab_size: tokenizer.vocabularySize, n_positions: CONTEXT });
  const random = RandomGenerator.fromSeed(SEED);
  const parameters = initialiseParameters(config, random);
  const head = initialiseRewardHead(config.n_embd, random.fork('reward head'));
  const write = (name: string, kind: 'base' | 'reward_model', all: typeof parameters) => {
    const files = writeModelFiles({ kind, decoder: { config, parameters: all }, tokenizer, rewardBias: 0 });
    for (const [file, bytes] of Object.entries(files)) writeFile(join(folder, name, file), bytes);
  };
  write('model', 'base', parameters);
  write('reward-model', 'reward_model', { ...parameters, ...head });
  disposeParameters({ ...parameters, ...head });
}

/** JSON Lines. */
export function writeRows(path: string, rows: readonly object[]): void {
  writeFile(path, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
}

function writeFile(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}
