import { readFileSync } from 'node:fs';
import { readSafetensors, type TensorValues } from '@laurel/learning';

const folder = new URL('./fixtures/', import.meta.url);

/** What make-fixtures.py was given. */
export interface Cases {
  groups: { prefix: number[]; continuations: number[][] }[];
  temperature: number;
  ppo: { gamma: number; lambda: number; clip: number; kl_coefficient: number };
  adamw: { lr: number; beta1: number; beta2: number; eps: number; weight_decay: number };
  half_precision: { half: number[][]; brain: number[][] };
  texts: { text: string; ids: number[]; decoded: string }[];
}

export const readFixture = (path: string): Uint8Array => readFileSync(new URL(path, folder));

export const cases: Cases = JSON.parse(new TextDecoder().decode(readFixture('cases.json')));

/** PyTorch's values, by name. Asking for one that is not there throws. */
export function readExpected(name: string): (tensor: string) => TensorValues {
  const tensors = readSafetensors(readFixture(`${name}.safetensors`));
  return (tensor) => {
    const expected = tensors[tensor];
    if (!expected) throw new Error(`${name}.safetensors has no ${tensor}; run make-fixtures.py`);
    return expected;
  };
}

/** The model as transformers saved it. */
export const modelFiles = Object.fromEntries(
  ['model.safetensors', 'config.json', 'tokenizer.json'].map((name) => [name, readFixture(`model/${name}`)]),
);
