import { loadEngine } from '../../gpu-workers/engine/native.ts';
import { describeParity } from './parity-suite.ts';

describeParity('portable kernels on libtensorflow', async () => {
  process.env.LAUREL_ENGINE = 'libtensorflow';
  const { grade, kernels } = await loadEngine();
  if (grade !== 'libtensorflow') throw new Error(`the engine is ${grade}; run npm run setup`);
  return kernels;
});
