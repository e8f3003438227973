import { type AdamWStep, type Gradients, parameter } from '@laurel/learning';
import { attribute, HandleScope, handleOf, readFloats } from './tensorflow-ops.ts';
import type { WeightCache } from './weight-cache.ts';

/** See Kernels. One op updates every parameter and moment where it lies in memory. */
export function adamW(step: AdamWStep, weights: WeightCache): void {
  const names = Object.keys(step.gradients);
  const tensors = [step.parameters, step.firstMoments, step.secondMoments, step.gradients].flatMap((record) =>
    names.map((name) => parameter(record, name)),
  );
  const { beta1, beta2, epsilon, learningRate } = step;
  const scope = new HandleScope();
  try {
    const scalars = scope.floats(
      Float32Array.of(
        learningRate,
        beta1,
        beta2,
        epsilon,
        learningRate * step.weightDecay,
        1 - beta1 ** step.step,
        1 - beta2 ** step.step,
        step.gradientScale,
      ),
    );
    scope.run('LaurelAdamW', [attribute('int', 'count', names.length)], [...tensors.map(handleOf), scalars], 0);
  } finally {
    scope.end();
  }
  for (const name of names) weights.forget(parameter(step.parameters, name));
}

/** See Kernels. */
export function squaredNorm(gradients: Gradients): number {
  const handles = Object.values(gradients).map(handleOf);
  const scope = new HandleScope();
  try {
    const sum = scope.runOne('LaurelSquaredNorm', [attribute('int', 'count', handles.length)], handles);
    return readFloats(sum)[0] ?? 0;
  } finally {
    scope.end();
  }
}
