import {
  BLOCK_PARAMETERS,
  BLOCK_PRODUCTS,
  type BlockParameter,
  type BlockProduct,
  type Decoder,
  parameter,
} from '@laurel/learning';
import { type Handle, type HandleScope, handleOf } from './tensorflow-ops.ts';
import type { WeightCache } from './weight-cache.ts';

export type AdapterParameter = `${BlockProduct}.lora_${'A' | 'B'}`;

/**
 * Handles of one block's parameters; matrices in the type of the products, the rest float32. Biases that the family lacks are
 * zeros; adapters are there with LoRA only.
 */
export type BlockHandles = Record<BlockParameter, Handle> & Partial<Record<AdapterParameter, Handle>>;

/** Of block `layer`. Throws, naming it, where a matrix or an adapter is missing. */
export function blockHandles(
  { parameters, lora }: Decoder,
  layer: number,
  weights: WeightCache,
  zeros: Zeros,
): BlockHandles {
  const handle = (name: string): Handle => {
    const tensor = parameter(parameters, `h.${layer}.${name}`);
    return tensor.rank === 2 ? weights.get(tensor) : handleOf(tensor);
  };
  const orZeros = (name: BlockParameter): Handle => {
    if (!name.endsWith('.bias') || parameters[`h.${layer}.${name}`]) return handle(name);
    return zeros.get(parameter(parameters, `h.${layer}.${name.replace('bias', 'weight')}`).shape.at(-1) ?? 0);
  };
  const adapters = BLOCK_PRODUCTS.flatMap((product) => [`${product}.lora_A`, `${product}.lora_B`]);
  const entries = [
    ...BLOCK_PARAMETERS.map((name) => [name, orZeros(name)]),
    ...(lora ? adapters : []).map((name) => [name, handle(name)]),
  ];
  return Object.fromEntries(entries) as BlockHandles;
}

/** Vectors of zeros, in place of biases that are absent: made once for each width, owned by the scope. */
export class Zeros {
  readonly #scope: HandleScope;
  readonly #byWidth = new Map<number, Handle>();

  constructor(scope: HandleScope) {
    this.#scope = scope;
  }

  get(width: number): Handle {
    const known = this.#byWidth.get(width);
    if (known !== undefined) return known;
    const handle = this.#scope.floats(new Float32Array(width));
    this.#byWidth.set(width, handle);
    return handle;
  }
}
