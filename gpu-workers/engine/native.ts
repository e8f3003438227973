import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import util from 'node:util';
import { type Kernels, portableKernels } from '@laurel/learning';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';

/**
 * `fused`: libtensorflow with our own ops; `libtensorflow`: the portable kernels on its ops; `javascript`: the portable kernels
 * without any native code, for tiny models only.
 */
export type Grade = 'fused' | 'libtensorflow' | 'javascript';
export type Precision = Kernels['precision'];

export interface Engine {
  grade: Grade;
  /** Of the products of matrices; parameters, the residual stream and losses are float32 always. */
  precision: Precision;
  kernels: Kernels;
}

const require = createRequire(import.meta.url);

/**
 * Loads the best engine that this machine has. A missing or broken one is no error: the next grade is taken, and a warning
 * says why. `LAUREL_ENGINE` sets the grade to begin with, `LAUREL_PRECISION` the precision of the fused one.
 */
export async function loadEngine(): Promise<Engine> {
  const best = choice('LAUREL_ENGINE', ['fused', 'libtensorflow', 'javascript'] as const) ?? 'fused';
  if (best !== 'javascript') {
    try {
      loadTensorFlow();
      return (best === 'fused' && (await loadFusedKernels())) || portableEngine('libtensorflow');
    } catch (error) {
      warn('libtensorflow did not load, so models train in pure JavaScript, which suits tiny ones only', error);
    }
  }
  await import('@tensorflow/tfjs');
  await tf.setBackend('cpu');
  return portableEngine('javascript');
}

/** The one place that imports the native package, which registers itself as tfjs's backend. */
function loadTensorFlow(): void {
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2';
  // tfjs-node 4.22 uses two functions that Node 23 no longer has.
  Object.assign(util, { isNullOrUndefined: (x: unknown) => x == null, isArray: Array.isArray });
  require('@tensorflow/tfjs-node-gpu');
}

async function loadFusedKernels(): Promise<Engine | undefined> {
  return undefined;
}

function portableEngine(grade: 'libtensorflow' | 'javascript'): Engine {
  return { grade, precision: portableKernels.precision, kernels: portableKernels };
}

/** The value of an environment variable; throws, naming the choices, if it is none of them. */
function choice<T extends string>(variable: string, choices: readonly T[]): T | undefined {
  const value = process.env[variable];
  if (!value) return undefined;
  const chosen = choices.find((known) => known === value);
  if (!chosen) throw new Error(`${variable} is ${value}; it can be ${choices.join(', ')}`);
  return chosen;
}

function warn(consequence: string, cause: unknown): void {
  const [reason] = String(cause instanceof Error ? cause.message : cause).split('\n');
  console.warn(`engine: ${consequence} (${reason}). \`npm run setup\` says what is missing.`);
}
