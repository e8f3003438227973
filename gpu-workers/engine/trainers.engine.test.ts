import { type Kernels, portableKernels } from '@laurel/learning';
import { beforeAll, describe, expect, it } from 'vitest';
import { isFlat, watchSteps } from '../../packages/learning/trainers/testing/flatness.ts';
import { trainWithAndWithoutStop } from '../../packages/learning/trainers/testing/tiny.ts';
import { type TinyTrainer, tinyTrainers } from '../../packages/learning/trainers/testing/tiny-trainers.ts';
import { loadEngine } from './native.ts';
import { countHandles } from './tensorflow-ops.ts';

let kernels: Kernels;

beforeAll(async () => {
  const engine = await loadEngine();
  expect(engine.grade).toBe('fused');
  kernels = engine.kernels;
});

const names = Object.keys(tinyTrainers(portableKernels)) as TinyTrainer[];

describe.each(names)('on the fused engine the trainer of %s', (name) => {
  it('ends with the same bits when it was stopped and resumed', async () => {
    const { straight, resumed } = await trainWithAndWithoutStop(tinyTrainers(kernels)[name]);
    expect(
      Buffer.compare(straight['model.safetensors'] ?? Buffer.of(), resumed['model.safetensors'] ?? Buffer.of(1)),
    ).toBe(0);
  });

  it('holds no more from step to step, and nothing in the end but what the engine keeps of its own', async () => {
    const run = async () => {
      const trainer = await tinyTrainers(kernels)[name]();
      expect(isFlat(await watchSteps(trainer))).toBe(true);
      trainer.dispose();
    };
    await run();
    const before = countHandles();
    await run();
    expect(countHandles()).toBeLessThanOrEqual(before);
  });
});
