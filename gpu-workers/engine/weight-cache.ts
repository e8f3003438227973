import type { Tensor } from '@tensorflow/tfjs-core';
import {
  attribute,
  BFLOAT16,
  deleteHandle,
  type ElementType,
  FLOAT,
  type Handle,
  HandleScope,
  handleOf,
} from './tensorflow-ops.ts';

/** A matrix in other forms. */
interface Forms {
  tensor: Tensor;
  cast?: Handle;
  strips?: Handle;
}

/**
 * Weight matrices as products read them: each is brought into a form once, until it is forgotten (after an update in place) or
 * its tensor is disposed. Handles are owned by the cache or the tensor.
 */
export class WeightCache {
  /** Of the products. */
  readonly type: ElementType;
  // By the tensor's data, so a record that replaces its tensor is seen as new.
  readonly #forms = new Map<object, Forms>();

  constructor(type: ElementType) {
    this.type = type;
  }

  /** The matrix in the type of the products; in float32 there is nothing to cast. */
  get(tensor: Tensor): Handle {
    if (this.type === FLOAT) return handleOf(tensor);
    return this.#form(tensor, 'cast', (scope) => scope.cast(handleOf(tensor), FLOAT, BFLOAT16));
  }

  /** A block's matrix for products with few rows, in the type of the products (LaurelStrips). */
  strips(tensor: Tensor): Handle {
    return this.#form(tensor, 'strips', (scope) => toStrips(scope, tensor, this.type, false));
  }

  /** The same of a head [V, D], in float32: logits are. */
  headStrips(tensor: Tensor): Handle {
    return this.#form(tensor, 'strips', (scope) => toStrips(scope, tensor, FLOAT, true));
  }

  /** The tensor's values have changed. */
  forget(tensor: Tensor): void {
    const known = this.#forms.get(tensor.dataId);
    if (known) deleteForms(known);
    this.#forms.delete(tensor.dataId);
  }

  #form(tensor: Tensor, form: 'cast' | 'strips', make: (scope: HandleScope) => Handle): Handle {
    const known = this.#forms.get(tensor.dataId);
    if (known?.[form] !== undefined) return known[form];
    this.#dropDisposed();
    const scope = new HandleScope();
    const handle = scope.release(make(scope));
    this.#forms.set(tensor.dataId, { ...known, tensor, [form]: handle });
    return handle;
  }

  #dropDisposed(): void {
    for (const [data, forms] of this.#forms) {
      if (!forms.tensor.isDisposed) continue;
      deleteForms(forms);
      this.#forms.delete(data);
    }
  }
}

function toStrips(scope: HandleScope, tensor: Tensor, type: ElementType, transposed: boolean): Handle {
  const attributes = [attribute('type', 'T', type), attribute('bool', 'transposed', transposed)];
  return scope.runOne('LaurelStrips', attributes, [handleOf(tensor)]);
}

function deleteForms({ cast, strips }: Forms): void {
  for (const handle of [cast, strips]) if (handle !== undefined) deleteHandle(handle);
}
