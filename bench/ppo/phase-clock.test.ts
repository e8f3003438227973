import { type Kernels, portableKernels } from '@laurel/learning';
import { expect, test, vi } from 'vitest';
import { PhaseClock } from './phase-clock.ts';

test('phases begin with the first pass of their kind', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  const nothing = () => undefined as never;
  const engine: Kernels = { ...portableKernels, forward: nothing, forwardForTraining: nothing };
  const clock = new PhaseClock(engine);
  const pass = (name: 'forward' | 'forwardForTraining', ms: number) => {
    clock.kernels[name](nothing(), nothing(), nothing());
    vi.advanceTimersByTime(ms);
  };
  const iterate = async () => {
    vi.advanceTimersByTime(1000);
    for (const ms of [200, 300]) pass('forward', ms);
    for (const ms of [2000, 4000]) pass('forwardForTraining', ms);
  };
  const phases = { rolloutSeconds: 1, scoringSeconds: 0.5, updateSeconds: 6 };
  expect(await clock.time(iterate)).toEqual({ seconds: 7.5, phases });
  expect(await clock.time(iterate)).toEqual({ seconds: 7.5, phases });
  vi.useRealTimers();
});
