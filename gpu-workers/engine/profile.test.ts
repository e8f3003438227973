import { gpt2Config, type Kernels } from '@laurel/learning';
import { expect, test } from 'vitest';
import { forwardFlops, trainingFlops } from './pass-flops.ts';
import { Profile } from './profile.ts';

const config = gpt2Config({ n_layer: 2, n_embd: 8, n_head: 2, vocab_size: 10, n_positions: 16 });
const decoder = { config, parameters: {} };
const batch = {
  tokens: new Int32Array(5),
  positions: Int32Array.of(0, 1, 2, 3, 4),
  segments: Int32Array.of(0, 5, -1),
};
const rows = Int32Array.of(4);
const fake = {
  precision: 'float32',
  forward: () => ({}),
  forwardForTraining: () => ({ hidden: {}, backward: () => ({}), dispose: () => {} }),
  squaredNorm: () => 1,
} as unknown as Kernels;

test('a step is told by phase, with its tokens and arithmetic', () => {
  const profile = new Profile(1e-6);
  const kernels = profile.wrap(fake);
  kernels.forward(decoder, batch, rows);
  const pass = kernels.forwardForTraining(decoder, batch, rows);
  pass.backward(pass.hidden);
  kernels.squaredNorm({});
  const metrics = profile.take(2);
  const flops = forwardFlops(config, { batch, rows }) + trainingFlops(config, { batch, rows });
  expect(metrics).toMatchObject({
    'profile/tokens_per_second': 5,
    'profile/gflops': flops / 2 / 1e9,
    'profile/share_of_matmul_peak': flops / 2 / 1e9 / 1e-6,
    'profile/phase/forward': expect.any(Number),
    'profile/phase/backward': expect.any(Number),
    'profile/phase/optimiser': expect.any(Number),
  });
  expect(Object.keys(profile.take(2))).not.toContain('profile/phase/forward');
  profile.end();
});
