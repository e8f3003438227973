import * as tf from '@tensorflow/tfjs-core';
import { BFLOAT16, FLOAT, HandleScope, handleOf } from './tensorflow-ops.ts';

/** A product of a 12 × 768 step, and a large square one: [rows, inner] × [inner, columns]. */
const SHAPES: readonly [rows: number, inner: number, columns: number][] = [
  [2048, 768, 3072],
  [2048, 2048, 2048],
];
const FLOPS_PER_SHAPE = 3e11;

/** The most GFLOP/s that the engine's bfloat16 matrix product reaches on this machine, now. */
export const matmulPeakGflops = (): number => Math.max(...SHAPES.map((shape) => measure(...shape)));

function measure(rows: number, inner: number, columns: number): number {
  const scope = new HandleScope();
  const operand = (shape: [number, number]) => {
    const values = tf.randomNormal(shape);
    const handle = scope.cast(handleOf(values), FLOAT, BFLOAT16);
    values.dispose();
    return handle;
  };
  const [a, b] = [operand([rows, inner]), operand([inner, columns])];
  const multiply = () => scope.free(scope.matMul(BFLOAT16, a, b));
  multiply();
  const flops = 2 * rows * inner * columns;
  const times = Math.ceil(FLOPS_PER_SHAPE / flops);
  const startMs = performance.now();
  for (let i = 0; i < times; i++) multiply();
  const seconds = (performance.now() - startMs) / 1000;
  scope.end();
  return (flops * times) / seconds / 1e9;
}
