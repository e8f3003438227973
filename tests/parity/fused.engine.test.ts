import { loadEngine } from '../../gpu-workers/engine/native.ts';
import { describeParity } from './parity-suite.ts';

describeParity('fused kernels in float32', async () => {
  process.env.LAUREL_ENGINE = 'fused';
  process.env.LAUREL_PRECISION = 'float32';
  const { grade, kernels } = await loadEngine();
  if (grade !== 'fused') throw new Error(`the engine is ${grade}; run npm run setup`);
  return kernels;
});
