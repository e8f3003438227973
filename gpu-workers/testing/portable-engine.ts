import { type Engine, loadEngine } from '../engine/native.ts';

/** The engine that every machine has, in plain JavaScript. */
export function portableEngine(): Promise<Engine> {
  process.env.LAUREL_ENGINE = 'javascript';
  return loadEngine();
}
