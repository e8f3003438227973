import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { blockWeights, decoderBlock, embed, finalHidden } from './decoder-block.ts';
import type { Decoder, Decoding } from './kernels.ts';
import { attention, packedAttention, UNSEEN } from './packed-attention.ts';
import type { PackedBatch } from './packed-batch.ts';
import { parameter } from './parameters.ts';

/** All that a step needs of those before it. T counts prompt and own tokens. */
type DecodingState = {
  /** Last block's output at each row's last token. [B, D] */
  output: Tensor2D;
  /** 0 where a row has a token, UNSEEN where its prompt is padded. [B, 1, 1, T] */
  mask: Tensor4D;
  /** Keys and values of each layer. [B, H, T, D/H] */
  layers: { keys: Tensor4D; values: Tensor4D }[];
};

/**
 * Sampling with a key/value cache. Prompts are computed once, packed; every row then holds its prompt's keys and values,
 * padded on the right to the longest and masked there, followed by those of its own tokens.
 */
export function startDecoding(
  decoder: Decoder,
  prompts: PackedBatch,
  promptOf: Int32Array,
  maxNewTokens: number,
): Decoding {
  const { config, parameters } = decoder;
  let positions = promptOf.map((prompt) => prompts.segments[3 * prompt + 1] ?? 0); // of each row's next token
  const longest = Math.max(...positions);
  if (longest + maxNewTokens > config.n_positions)
    throw new Error(
      `a prompt of ${longest} tokens and ${maxNewTokens} new ones exceed the context of ${config.n_positions}; shorten the prompt`,
    );

  let state = prefill(decoder, prompts, promptOf, longest);
  const replaceState = (next: () => DecodingState) => {
    const old = state;
    state = tf.tidy(next);
    tf.dispose(old);
  };
  return {
    logits() {
      const logits = tf.tidy(() => {
        const wte = parameter<Tensor2D>(parameters, 'wte.weight');
        return tf.matMul(finalHidden(decoder, state.output), wte, false, true); // [B, V]
      });
      const values = logits.dataSync<'float32'>();
      logits.dispose();
      return values;
    },
    advance(tokens) {
      replaceState(() => appendToken(decoder, state, tokens, positions));
      positions = positions.map((position) => position + 1);
    },
    keep(rows) {
      replaceState(() => takeRows(state, rows));
      positions = rows.map((row) => positions[row] ?? 0);
    },
    dispose: () => tf.dispose(state),
  };
}

/** Computes the prompts and hands each row a copy of its prompt's keys and values. */
function prefill(
  { config, parameters }: Decoder,
  prompts: PackedBatch,
  promptOf: Int32Array,
  longest: number,
): DecodingState {
  return tf.tidy(() => {
    const lengths = promptOf.map((prompt) => prompts.segments[3 * prompt + 1] ?? 0);
    const starts = promptOf.map((prompt) => prompts.segments[3 * prompt] ?? 0);
    const columns = Array.from({ length: longest }, (_, column) => column);
    const cell = (f: (row: number, column: number) => number) =>
      Array.from(promptOf, (_, row) => columns.map((column) => f(row, column))).flat();
    const present = (row: number, column: number) => column < (lengths[row] ?? 0);
    const source = tf.tensor1d(
      cell((row, column) => (present(row, column) ? (starts[row] ?? 0) + column : 0)),
      'int32',
    );
    const mask = tf.tensor4d(
      cell((row, column) => (present(row, column) ? 0 : UNSEEN)),
      [promptOf.length, 1, 1, longest],
    );

    const attend = packedAttention(prompts, config.n_head);
    const layers: DecodingState['layers'] = [];
    let x = embed(parameters, prompts.tokens, prompts.positions); // [N, D]
    for (let layer = 0; layer < config.n_layer; layer++)
      x = decoderBlock(x, blockWeights(parameters, layer), config.norm_epsilon, (queriesKeysValues) => {
        const { keys, values } = rowHeads(tf.gather(queriesKeysValues, source), promptOf.length, config.n_head);
        layers.push({ keys, values });
        return attend(queriesKeysValues);
      });
    const last = starts.map((start, row) => start + (lengths[row] ?? 0) - 1);
    return { output: tf.gather(x, tf.tensor1d(last, 'int32')), mask, layers };
  });
}

function appendToken(
  { config, parameters }: Decoder,
  state: DecodingState,
  tokens: Int32Array,
  positions: Int32Array,
): DecodingState {
  const mask = tf.concat([state.mask, tf.zeros<tf.Rank.R4>([tokens.length, 1, 1, 1])], 3);
  const layers: DecodingState['layers'] = [];
  let x = embed(parameters, tokens, positions); // [B, D]
  state.layers.forEach((cache, layer) => {
    x = decoderBlock(x, blockWeights(parameters, layer), config.norm_epsilon, (queriesKeysValues) => {
      const own = rowHeads(queriesKeysValues, tokens.length, config.n_head); // [B, H, 1, D/H] each
      const keys = tf.concat([cache.keys, own.keys], 2);
      const values = tf.concat([cache.values, own.values], 2);
      layers.push({ keys, values });
      return tf.reshape(attention(own.queries, keys, values, mask), [tokens.length, config.n_embd]);
    });
  });
  return { output: x, mask, layers };
}

function takeRows({ output, mask, layers }: DecodingState, rows: Int32Array): DecodingState {
  const indices = tf.tensor1d(rows, 'int32');
  const take = <T extends tf.Tensor>(tensor: T): T => tf.gather(tensor, indices);
  const takeLayer = ({ keys, values }: DecodingState['layers'][number]) => ({ keys: take(keys), values: take(values) });
  return { output: take(output), mask: take(mask), layers: layers.map(takeLayer) };
}

/** [B · T, 3D] → three times [B, H, T, D/H]. */
function rowHeads(queriesKeysValues: Tensor2D, rows: number, heads: number) {
  const [count, width] = queriesKeysValues.shape;
  const split = tf.reshape(queriesKeysValues, [rows, count / rows, 3, heads, width / 3 / heads]);
  const [queries, keys, values] = tf.unstack(tf.transpose(split, [2, 0, 3, 1, 4])) as [Tensor4D, Tensor4D, Tensor4D];
  return { queries, keys, values };
}
