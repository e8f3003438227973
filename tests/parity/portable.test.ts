import '@tensorflow/tfjs';
import { portableKernels } from '@laurel/learning';
import * as tf from '@tensorflow/tfjs-core';
import { describeParity } from './parity-suite.ts';

describeParity('portable kernels in JavaScript', async () => {
  await tf.setBackend('cpu');
  return portableKernels;
});
