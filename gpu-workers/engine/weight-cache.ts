import type { Tensor } from '@tensorflow/tfjs-core';
import {
  BFLOAT16,
  deleteHandle,
  type ElementType,
  FLOAT,
  type Handle,
  HandleScope,
  handleOf,
} from './tensorflow-ops.ts';

/**
 * Weight matrices in the type of the products: each is cast once, until it is forgotten (after an update in place) or its
 * tensor is disposed. In float32 there is nothing to cast.
 */
export class WeightCache {
  /** Of the products. */
  readonly type: ElementType;
  // By the tensor's data, so a record that replaces its tensor is seen as new.
  readonly #casts = new Map<object, { tensor: Tensor; handle: Handle }>();

  constructor(type: ElementType) {
    this.type = type;
  }

  /** The matrix as the products want it; owned by the cache or the tensor. */
  get(tensor: Tensor): Handle {
    if (this.type === FLOAT) return handleOf(tensor);
    const known = this.#casts.get(tensor.dataId);
    if (known) return known.handle;
    this.#dropDisposed();
    const scope = new HandleScope();
    const handle = scope.release(scope.cast(handleOf(tensor), FLOAT, BFLOAT16));
    this.#casts.set(tensor.dataId, { tensor, handle });
    return handle;
  }

  /** The tensor's values have changed. */
  forget(tensor: Tensor): void {
    const known = this.#casts.get(tensor.dataId);
    if (known) deleteHandle(known.handle);
    this.#casts.delete(tensor.dataId);
  }

  #dropDisposed(): void {
    for (const [data, { tensor, handle }] of this.#casts) {
      if (!tensor.isDisposed) continue;
      deleteHandle(handle);
      this.#casts.delete(data);
    }
  }
}
