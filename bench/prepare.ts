import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ComparisonRow, DemonstrationRow } from '@laurel/contracts';
import {
  type Decoder,
  disposeParameters,
  gpt2Config,
  initialiseParameters,
  initialiseRewardHead,
  loadTokenizer,
  type Model,
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

/** GPT-2 of a size with random weights. The caller disposes its tensors. */
export async function randomDecoder(size: ModelSize, tokenizer: Tokenizer): Promise<Decoder> {
  tf.enableProdMode(); // no advice about faster backends: it only draws numbers
  await tf.setBackend('cpu');
  const config = gpt2Config({ ...SIZES[size], vocab_size: tokenizer.vocabularySize, n_positions: CONTEXT });
  return { config, parameters: initialiseParameters(config, RandomGenerator.fromSeed(SEED)) };
}

/**
 * Writes a model with random weights in Hugging Face's layout: `model/`, a base model, and `reward-model/`, the same decoder with
 * the head that our trainer of reward models would draw for it.
 */
export async function writeModels(folder: string, size: ModelSize, tokenizer: Tokenizer): Promise<void> {
  const decoder = await randomDecoder(size, tokenizer);
  const random = RandomGenerator.fromSeed(SEED).fork('reward head');
  const parameters = { ...decoder.parameters, ...initialiseRewardHead(decoder.config.n_embd, random) };
  writeModel(join(folder, 'model'), { kind: 'base', decoder, tokenizer });
  writeModel(join(folder, 'reward-model'), { kind: 'reward_model', decoder: { ...decoder, parameters }, tokenizer });
  disposeParameters(parameters);
}

/** Into a folder of its own, in Hugging Face's layout. */
export function writeModel(folder: string, model: Omit<Model, 'rewardBias'>): void {
  const files = writeModelFiles({ ...model, rewardBias: 0 });
  for (const [file, bytes] of Object.entries(files)) writeFile(join(folder, file), bytes);
}

/** JSON Lines. */
export function writeRows(path: string, rows: readonly object[]): void {
  writeFile(path, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
}

function writeFile(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}
