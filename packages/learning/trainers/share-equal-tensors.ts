import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { Decoder } from '../model/kernels.ts';

/**
 * Frees those tensors of `decoder` that are equal to `base`'s of the same name, and puts these in their place. For decoders that nobody
 * trains. A reward model that was trained by LoRA from `base` shares all but the products that were merged.
 */
export function shareEqualTensors(decoder: Decoder, base: Decoder): void {
  for (const [name, tensor] of Object.entries(decoder.parameters)) {
    const other = base.parameters[name];
    if (!other || !areEqual(tensor, other)) continue;
    decoder.parameters[name] = other;
    tensor.dispose();
  }
}

function areEqual(a: Tensor, b: Tensor): boolean {
  if (`${a.shape}` !== `${b.shape}`) return false;
  return tf.tidy(() => tf.all(tf.equal(a, b)).dataSync()[0] === 1);
}
