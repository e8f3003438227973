import { createHash } from 'node:crypto';
import { type Files, readModelFiles, writeModelFiles } from '@laurel/learning';
import * as tf from '@tensorflow/tfjs-core';
import { FAMILIES, modelFiles } from './fixtures.ts';

/** Recorded with a reward model, which transformers ignores. */
const REWARD_BIAS = 0.25;

/** One family is written in several files, as large models are. */
const SHARDED = { family: 'llama', maxShardBytes: 60_000 };

/** Every family's policy and reward model as Laurel writes them, by `<family>/<policy or reward>/<file>`. */
export function writeExports(): Files {
  const files: Files = {};
  for (const family of FAMILIES) {
    for (const kind of ['policy', 'reward'] as const) {
      const model = readModelFiles(modelFiles(family, kind));
      const options = family === SHARDED.family ? { maxShardBytes: SHARDED.maxShardBytes } : {};
      const written = writeModelFiles(
        kind === 'reward' ? { ...model, rewardBias: REWARD_BIAS } : { ...model, kind: 'policy' },
        options,
      );
      for (const [name, bytes] of Object.entries(written)) files[`${family}/${kind}/${name}`] = bytes;
      tf.dispose(model.decoder.parameters);
    }
  }
  return files;
}

/** SHA-256 of every file. */
export const hashes = (files: Files): Record<string, string> =>
  Object.fromEntries(
    Object.entries(files).map(([name, bytes]) => [name, createHash('sha256').update(bytes).digest('hex')]),
  );
