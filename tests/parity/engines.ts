import type { Kernels } from '@laurel/learning';
import * as tf from '@tensorflow/tfjs-core';
import { loadEngine } from '../../gpu-workers/engine/native.ts';

/** The engine's grades, each of which computes everything. */
export const ENGINES = ['javascript', 'libtensorflow', 'fused'] as const;
export type EngineName = (typeof ENGINES)[number];

/** The kernels of a grade, in float32, on their backend. @throws where the machine has none */
export async function loadKernels(engine: EngineName): Promise<Kernels> {
  process.env.LAUREL_ENGINE = engine;
  process.env.LAUREL_PRECISION = 'float32';
  const { grade, kernels } = await loadEngine();
  if (grade !== engine) throw new Error(`the engine is ${grade}, not ${engine}: run npm run setup`);
  await tf.setBackend(engine === 'javascript' ? 'cpu' : 'tensorflow');
  return kernels;
}
