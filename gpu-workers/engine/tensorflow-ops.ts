import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';

/** A tensor that lives in libtensorflow only; so bfloat16, which tfjs does not know, is a type like any other. */
export type Handle = number;

export const FLOAT = 1;
const INT32 = 3;
export const BFLOAT16 = 14;
/** Number of an element type in TensorFlow. */
export type ElementType = typeof FLOAT | typeof BFLOAT16;

// Kinds of attributes, as TensorFlow's C interface numbers them.
const ATTRIBUTE_KINDS = { string: 0, int: 1, float: 2, bool: 3, type: 4 } as const;
export interface Attribute {
  name: string;
  type: number;
  value: string | number | boolean;
}

interface Binding {
  createTensor(shape: number[], type: number, values: ArrayBufferView): Handle;
  deleteTensor(handle: Handle): void;
  tensorDataSync(handle: Handle): Float32Array | Int32Array;
  getNumOfTensors(): number;
  executeOp(name: string, attributes: Attribute[], inputs: Handle[], outputs: number): { id: Handle }[];
}
interface NativeBackend {
  binding: Binding;
  getInputTensorIds(tensors: Tensor[]): Handle[];
  createOutputTensor(metadata: { id: Handle; shape: number[]; dtype: number }): Tensor;
}

const backend = () => tf.backend() as unknown as NativeBackend;

export function attribute(
  kind: keyof typeof ATTRIBUTE_KINDS,
  name: string,
  value: string | number | boolean,
): Attribute {
  return { name, type: ATTRIBUTE_KINDS[kind], value };
}

/** The handle under a tfjs tensor, which goes on owning it. */
export function handleOf(tensor: Tensor): Handle {
  return backend().getInputTensorIds([tensor])[0] as Handle;
}

/** A tfjs tensor that owns the handle from now on; float32. */
export function toTensor<T extends Tensor>(handle: Handle, shape: number[]): T {
  return backend().createOutputTensor({ id: handle, shape, dtype: FLOAT }) as T;
}

export function deleteHandle(handle: Handle): void {
  backend().binding.deleteTensor(handle);
}

export function readFloats(handle: Handle): Float32Array {
  return backend().binding.tensorDataSync(handle) as Float32Array;
}

export function readInts(handle: Handle): Int32Array {
  return backend().binding.tensorDataSync(handle) as Int32Array;
}

type OpObserver = (name: string, seconds: number) => void;
let observer: OpObserver | null = null;

/** Tells of every op from now on how long it took; null ends it. Ops of a CPU are done when they return. */
export function observeOps(observe: OpObserver | null): void {
  observer = observe;
}

/** How many tensors libtensorflow holds for us and for tfjs: what a leak test compares. */
export function countHandles(): number {
  return backend().binding.getNumOfTensors();
}

/**
 * The handles of one computation. What was made here and not let go by `free` or `release` ends with `end`, so a failure
 * halfway leaks nothing.
 */
export class HandleScope {
  readonly #live = new Set<Handle>();

  /** Runs an op with `outputs` outputs by its name in TensorFlow. */
  run(name: string, attributes: Attribute[], inputs: Handle[], outputs: number): Handle[] {
    const startMs = observer ? performance.now() : 0;
    const handles = backend()
      .binding.executeOp(name, attributes, inputs, outputs)
      .map(({ id }) => id);
    observer?.(name, (performance.now() - startMs) / 1000);
    for (const handle of handles) this.#live.add(handle);
    return handles;
  }

  runOne(name: string, attributes: Attribute[], inputs: Handle[]): Handle {
    return this.run(name, attributes, inputs, 1)[0] as Handle;
  }

  ints(values: Int32Array, shape: number[] = [values.length]): Handle {
    return this.#keep(backend().binding.createTensor(shape, INT32, values));
  }

  floats(values: Float32Array, shape: number[] = [values.length]): Handle {
    return this.#keep(backend().binding.createTensor(shape, FLOAT, values));
  }

  /** a · b, either transposed if asked. */
  matMul(type: ElementType, a: Handle, b: Handle, transpose: { a?: boolean; b?: boolean } = {}): Handle {
    const attributes = [
      attribute('type', 'T', type),
      attribute('bool', 'transpose_a', transpose.a ?? false),
      attribute('bool', 'transpose_b', transpose.b ?? false),
    ];
    return this.runOne('MatMul', attributes, [a, b]);
  }

  cast(handle: Handle, from: ElementType, to: ElementType): Handle {
    const attributes = [
      attribute('type', 'SrcT', from),
      attribute('type', 'DstT', to),
      attribute('bool', 'Truncate', false),
    ];
    return this.runOne('Cast', attributes, [handle]);
  }

  /** Another handle of the same values. */
  copy(float: Handle): Handle {
    return this.runOne('Identity', [attribute('type', 'T', FLOAT)], [float]);
  }

  /** Rows of a matrix, or of a stack of them, by their indices. */
  gather(type: ElementType, from: Handle, rows: Handle): Handle {
    const axis = this.ints(Int32Array.of(0), []);
    const attributes = [
      attribute('type', 'Tparams', type),
      attribute('type', 'Tindices', INT32),
      attribute('type', 'Taxis', INT32),
      attribute('int', 'batch_dims', 0),
    ];
    const gathered = this.runOne('GatherV2', attributes, [from, rows, axis]);
    this.free(axis);
    return gathered;
  }

  free(...handles: Handle[]): void {
    for (const handle of handles) if (this.#live.delete(handle)) deleteHandle(handle);
  }

  /** Lets go of a handle without ending it: somebody else owns it from now on. */
  release(handle: Handle): Handle {
    this.#live.delete(handle);
    return handle;
  }

  end(): void {
    this.free(...this.#live);
  }

  #keep(handle: Handle): Handle {
    this.#live.add(handle);
    return handle;
  }
}
