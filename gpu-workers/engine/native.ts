import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import util from 'node:util';
import { type Kernels, portableKernels } from '@laurel/learning';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { fusedKernels } from './fused-kernels.ts';
import { activationBudget } from './memory-budget.ts';

/**
 * `fused`: libtensorflow with our own ops; `libtensorflow`: the portable kernels on its ops; `javascript`: the portable kernels
 * without any native code, for tiny models only.
 */
type Grade = 'fused' | 'libtensorflow' | 'javascript';
type Precision = Kernels['precision'];

export interface Engine {
  grade: Grade;
  /** Of the products of matrices; parameters, the residual stream and losses are float32 always. */
  precision: Precision;
  kernels: Kernels;
}

const require = createRequire(import.meta.url);
const opsPath = fileURLToPath(new URL('../native/laurel_ops.node', import.meta.url));

/**
 * Loads the best engine that this machine has. A missing or broken one is no error: the next grade is taken, and a warning
 * says why. `LAUREL_ENGINE` sets the grade to begin with, `LAUREL_PRECISION` the precision of the fused one, `LAUREL_MEMORY_GB` what its
 * training passes may keep (see activationBudget).
 */
export async function loadEngine(): Promise<Engine> {
  const best = choice('LAUREL_ENGINE', ['fused', 'libtensorflow', 'javascript'] as const) ?? 'fused';
  const precision = choice('LAUREL_PRECISION', ['float32', 'bfloat16'] as const);
  const budgetBytes = activationBudget();
  if (best !== 'javascript') {
    try {
      loadTensorFlow();
      return (best === 'fused' && !usesGpu() && fusedEngine(precision, budgetBytes)) || portableEngine('libtensorflow');
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
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '3';
  // tfjs-node 4.22 uses two functions that Node 23 no longer has.
  Object.assign(util, { isNullOrUndefined: (x: unknown) => x == null, isArray: Array.isArray });
  require('@tensorflow/tfjs-node-gpu');
}

/** libtensorflow places what it can on a GPU; our ops are for processors, and would have everything copied to and fro. */
export const usesGpu = (): boolean => (tf.backend() as { isUsingGpuDevice?: boolean }).isUsingGpuDevice === true;

/** Our ops, if they were compiled for the processor that this is; a warning if not. */
function fusedEngine(precision: Precision | undefined, budgetBytes: number): Engine | undefined {
  try {
    const { flags, bfloat16 } = processor();
    const compiledFor = readFileSync(`${opsPath}.processor`, 'utf8');
    if (compiledFor !== flags) throw new Error('they were compiled for another processor');
    require(opsPath);
    const kernels = fusedKernels(precision ?? (bfloat16 ? 'bfloat16' : 'float32'), budgetBytes);
    return { grade: 'fused', precision: kernels.precision, kernels };
  } catch (error) {
    warn('the fused ops did not load, so models train some times slower', error);
    return undefined;
  }
}

/** What this processor can do, as Linux lists it; `flags` is '' elsewhere. */
function processor(): { flags: string; bfloat16: boolean } {
  let flags = '';
  try {
    [flags = ''] = readFileSync('/proc/cpuinfo', 'utf8').match(/^(flags|Features)\s*:.*$/m) ?? [];
  } catch {
    // Not Linux: no list.
  }
  return { flags, bfloat16: /\b(avx512_bf16|amx_bf16|bf16)\b/.test(flags) };
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
