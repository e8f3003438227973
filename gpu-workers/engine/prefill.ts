import type { PackedBatch } from '@laurel/learning';
import { batchHandles, blockForward, queriesKeysValues } from './decoder-forward.ts';
import type { DecoderOps } from './decoder-ops.ts';
import type { Handle } from './tensorflow-ops.ts';

/**
 * Computes packed prompts, none of which continues another, up to the last block's queries, keys and values.
 * @param remember sees queries, keys and values of each block in turn. [N, W]
 */
export function prefill(ops: DecoderOps, batch: PackedBatch, remember: (qkv: Handle, segments: Handle) => void): void {
  const { scope } = ops;
  const { tokens, positions, segments, allRows, rotation } = batchHandles(ops, batch);
  const last = ops.decoder.config.n_layer - 1;
  let stream = ops.embed(tokens, positions);
  for (let layer = 0; layer < last; layer++) {
    const mix = (qkv: Handle, bias: Handle) => {
      remember(qkv, segments);
      return ops.attention(qkv, bias, segments, allRows);
    };
    const { output, activations } = blockForward(ops, stream, ops.block(layer), rotation, mix);
    scope.free(...Object.values(activations));
    stream = output;
  }
  const { qkv, normedInput, inputStats } = queriesKeysValues(ops, stream, ops.block(last), rotation);
  remember(qkv, segments);
  scope.free(stream, normedInput, inputStats, qkv);
  scope.free(tokens, positions, segments, allRows, ...Object.values(rotation ?? {}));
}
