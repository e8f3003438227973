import { expect } from 'vitest';
import { loadEngine } from '../../gpu-workers/engine/native.ts';
import { describeParity } from './parity-suite.ts';

describeParity('portable kernels on libtensorflow', async () => {
  process.env.LAUREL_ENGINE = 'libtensorflow';
  const { grade, kernels } = await loadEngine();
  expect(grade).toBe('libtensorflow');
  return kernels;
});
