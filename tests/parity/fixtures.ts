import { readdirSync, readFileSync } from 'node:fs';
import { type Files, readSafetensors, type TensorValues } from '@laurel/learning';

/** What PyTorch computed, as make-fixtures.py wrote it. */
export const FIXTURES = new URL('./fixtures/', import.meta.url);

/** What both sides were given; see reference/cases.py. */
interface Cases {
  groups: { prefix: number[]; continuations: number[][] }[];
  end_of_text: number;
  temperature: number;
  ppo: { gamma: number; lambda: number; clip_range: number; value_clip_range: number; kl_coefficient: number };
  lora: { rank: number; alpha: number };
  dpo: { beta: number };
  training: {
    steps: number;
    warmup_steps: number;
    learning_rate: number;
    beta1: number;
    beta2: number;
    epsilon: number;
    weight_decay: number;
    max_gradient_norm: number;
  };
  generation: { samples: number; max_new_tokens: number };
  schedules: { cosine: number[]; linear: number[] };
}

export const readFixture = (path: string): Uint8Array => readFileSync(new URL(path, FIXTURES));

export const readJson = <T>(path: string): T => JSON.parse(new TextDecoder().decode(readFixture(path)));

export const cases = readJson<Cases>('cases.json');

/** Every variant of a family that there are fixtures of. */
export const FAMILIES = readdirSync(new URL('families', FIXTURES));

/** Those with PPO's and DPO's losses. */
export const FAMILIES_WITH_EVERY_LOSS = FAMILIES.filter((family) =>
  readdirSync(new URL(`families/${family}`, FIXTURES)).includes('dpo.safetensors'),
);

/** A model's files as transformers saved them. */
export function modelFiles(family: string, kind: 'policy' | 'reward'): Files {
  const folder = `families/${family}/${kind}`;
  const names = readdirSync(new URL(folder, FIXTURES));
  return Object.fromEntries(names.map((name) => [name, readFixture(`${folder}/${name}`)]));
}

/** PyTorch's tensors of one file, by name. */
export class Expected {
  readonly #path: string;
  readonly #tensors: Record<string, TensorValues>;

  constructor(path: string) {
    this.#path = path;
    this.#tensors = readSafetensors(readFixture(path));
  }

  /** @throws where there is none of the name */
  get(name: string): TensorValues {
    const tensor = this.#tensors[name];
    if (!tensor) throw new Error(`${this.#path} has no ${name}: run \`npm run parity -- --record\``);
    return tensor;
  }

  /** Those whose names begin with a prefix, without it. */
  under(prefix: string): Record<string, TensorValues> {
    return Object.fromEntries(
      Object.entries(this.#tensors).flatMap(([name, tensor]) =>
        name.startsWith(prefix) ? [[name.slice(prefix.length), tensor]] : [],
      ),
    );
  }
}

export const readExpected = (family: string, name: string) => new Expected(`families/${family}/${name}.safetensors`);
