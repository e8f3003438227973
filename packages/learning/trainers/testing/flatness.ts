import * as tf from '@tensorflow/tfjs-core';
import type { Metrics, Trainer } from '../trainer.ts';

/** One step, and what the engine held after it. */
export interface WatchedStep {
  metrics: Metrics;
  tensors: number;
  bytes: number;
}

/** Trains to the end, or for so many steps, and says what the engine held after each: the same, where nothing leaks. */
export async function watchSteps(
  trainer: Trainer,
  atMost = Number.POSITIVE_INFINITY,
  onStep: (step: number) => void = () => undefined,
): Promise<WatchedStep[]> {
  const steps: WatchedStep[] = [];
  while (!trainer.finished && steps.length < atMost) {
    const metrics = await trainer.advance();
    const { numTensors: tensors, numBytes: bytes } = tf.memory();
    steps.push({ metrics, tensors, bytes });
    onStep(steps.length);
  }
  return steps;
}

/** Whether as much was held after every step; the first is left aside, after which early stopping may keep its first weights. */
export function isFlat(steps: readonly WatchedStep[]): boolean {
  return new Set(steps.slice(1).map(({ tensors, bytes }) => `${tensors} tensors, ${bytes} bytes`)).size <= 1;
}
