import { pack, portableKernels, readModelFiles, writeModelFiles } from '@laurel/learning';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { cases, modelFiles } from './fixtures.ts';

const REWARD_BIAS = 0.25;

/**
 * A reward model and a policy as Laurel writes them, and `expected.json`, what it computes with them for the completions
 * of the cases: normalised scores, and log probabilities. check-export.py loads the same files in transformers.
 */
export function writeExports(): Record<string, Uint8Array> {
  const { decoder, tokenizer } = readModelFiles(modelFiles);
  const { 'score.weight': scoreWeight, ...backbone } = decoder.parameters;
  const policy = { config: decoder.config, parameters: backbone };
  const { batch, starts } = pack(cases.groups.flatMap(asSequences));
  const lengths = cases.groups.flatMap(asSequences).map(({ continuations: [ids = []] }) => ids.length);

  const last = Int32Array.from(lengths, (length, i) => (starts[i]?.[0] ?? 0) + length - 1);
  const expected = tf.tidy(() => {
    const hidden = portableKernels.forward(decoder, batch, last);
    const scores = tf.add(tf.matMul(hidden, scoreWeight as Tensor2D, false, true), REWARD_BIAS);
    const rows = lengths.flatMap((length, i) => Array.from({ length }, (_, t) => (starts[i]?.[0] ?? 0) - 1 + t));
    const targets = Int32Array.from(cases.groups.flatMap(({ continuations }) => continuations.flat()));
    const predicting = portableKernels.forward(policy, batch, Int32Array.from(rows));
    const wte = decoder.parameters['wte.weight'] as Tensor2D;
    const { logProbs } = portableKernels.tokenLogProbs(predicting, wte, targets, 1);
    return { scores: [...scores.dataSync()], log_probs: [...logProbs.dataSync()] };
  });
  const files = {
    ...inFolder('reward-model', writeModelFiles({ kind: 'reward_model', decoder, tokenizer, rewardBias: REWARD_BIAS })),
    ...inFolder('policy', writeModelFiles({ kind: 'policy', decoder: policy, tokenizer, rewardBias: 0 })),
    'expected.json': new TextEncoder().encode(`${JSON.stringify(expected)}\n`),
  };
  tf.dispose(decoder.parameters);
  return files;
}

/** Each completion with a prompt of its own. */
const asSequences = ({ prefix, continuations }: (typeof cases.groups)[number]) =>
  continuations.map((continuation) => ({ prefix, continuations: [continuation] }));

const inFolder = (folder: string, files: Record<string, Uint8Array>) =>
  Object.fromEntries(Object.entries(files).map(([name, bytes]) => [`${folder}/${name}`, bytes]));
