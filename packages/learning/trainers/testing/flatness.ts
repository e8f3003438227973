import * as tf from '@tensorflow/tfjs-core';
import type { Trainer } from '../trainer.ts';

/** What the engine holds. */
export interface Held {
  tensors: number;
  bytes: number;
}

/** Trains for at most so many steps and says what the engine holds after each: flat, where nothing leaks. */
export async function heldAfterSteps(trainer: Trainer, steps = Number.POSITIVE_INFINITY): Promise<Held[]> {
  const held: Held[] = [];
  while (!trainer.finished && held.length < steps) {
    await trainer.advance();
    const { numTensors: tensors, numBytes: bytes } = tf.memory();
    held.push({ tensors, bytes });
  }
  return held;
}
