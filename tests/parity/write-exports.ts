/** Writes fixtures/exports anew, after a change of the file format: `npx tsx tests/parity/write-exports.ts`, then check-exports.py. */
import '@tensorflow/tfjs';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import { writeExports } from './exports.ts';

await tf.setBackend('cpu');
for (const [name, bytes] of Object.entries(writeExports())) {
  const path = fileURLToPath(new URL(`./fixtures/exports/${name}`, import.meta.url));
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
}
