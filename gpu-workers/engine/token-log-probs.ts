import type { Kernels } from '@laurel/learning';
import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { attribute, HandleScope, handleOf, toTensor } from './tensorflow-ops.ts';

/**
 * See Kernels. Logits are float32 products in either precision: a log-probability is the difference of two large numbers, and
 * the policy's ratio the exponential of another.
 */
export function tokenLogProbs(
  hidden: Tensor2D,
  wte: Tensor2D,
  targets: Int32Array,
  temperature: number,
): ReturnType<Kernels['tokenLogProbs']> {
  const rows = targets.length;
  const attributes = [attribute('float', 'temperature', temperature)];
  return tf.tidy(() => {
    const logits = tf.matMul(hidden, wte, false, true); // [R, V]
    const targetIds = tf.tensor1d(targets, 'int32');
    const results = runOp('LaurelTokenLogProbs', attributes, [logits, targetIds], [3, rows]);
    const [logProbs, entropy] = tf.unstack(results) as [Tensor1D, Tensor1D, Tensor1D];
    const differentiable = tf.customGrad((...args) => {
      const [hidden, wte, save] = args as unknown as [Tensor2D, Tensor2D, (tensors: Tensor[]) => void];
      save([hidden, wte, logits, targetIds, results]);
      const gradFunc = (dy: Tensor, saved: Tensor[]) => {
        const [hidden, wte, logits, ...others] = saved as [Tensor2D, Tensor2D, Tensor2D, Tensor1D, Tensor2D];
        const dLogits = runOp('LaurelTokenLogProbsGrad', attributes, [dy, logits, ...others], logits.shape) as Tensor2D;
        return [tf.matMul(dLogits, wte), tf.matMul(dLogits, hidden, true, false)];
      };
      return { value: logProbs.clone(), gradFunc };
    });
    return { logProbs: differentiable(hidden, wte) as Tensor1D, entropy };
  });
}

function runOp(name: string, attributes: Parameters<HandleScope['run']>[1], inputs: Tensor[], shape: number[]): Tensor {
  const scope = new HandleScope();
  return toTensor(scope.release(scope.runOne(name, attributes, inputs.map(handleOf))), shape);
}
