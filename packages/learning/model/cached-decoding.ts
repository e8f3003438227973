import type { Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { chooseToken } from './choose-token.ts';
import { blockWeights, decoderBlock, embed, finalHidden, packedMixing } from './decoder-block.ts';
import type { Decoder, Decoding } from './kernels.ts';
import { headName } from './model-config.ts';
import { attention, splitHeads, UNSEEN } from './packed-attention.ts';
import type { PackedBatch } from './packed-batch.ts';
import { parameter } from './parameters.ts';
import { rotaryPositions } from './rotary-positions.ts';

/** All that a step needs of those before it. T counts prompt and own tokens. */
type DecodingState = {
  /** Last block's output at each row's last token. [B, D] */
  output: Tensor2D;
  /** 0 where a row has a token, UNSEEN where its prompt is padded. [B, 1, 1, T] */
  mask: Tensor4D;
  /** Keys, turned by their positions, and values of each layer. [B, K, T, d] */
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
    sample(uniforms, temperature) {
      const logits = tf.tidy(() => {
        const head = parameter<Tensor2D>(parameters, headName(config));
        return tf.matMul(finalHidden(decoder, state.output), head, false, true); // [B, V]
      });
      const values = logits.dataSync<'float32'>();
      logits.dispose();
      const choices = Array.from(uniforms, (uniform, row) =>
        chooseToken(values.subarray(row * config.vocab_size, (row + 1) * config.vocab_size), temperature, uniform),
      );
      return {
        tokens: Int32Array.from(choices, ({ token }) => token),
        logProbs: Float32Array.from(choices, ({ logProb }) => logProb),
      };
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
function prefill(decoder: Decoder, prompts: PackedBatch, promptOf: Int32Array, longest: number): DecodingState {
  const { config } = decoder;
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

    const { rotate, attend } = packedMixing(prompts, config);
    const layers: DecodingState['layers'] = [];
    let x = embed(decoder, prompts.tokens, prompts.positions); // [N, D]
    for (let layer = 0; layer < config.n_layer; layer++) {
      const remember = (queriesKeysValues: Tensor2D) => {
        const { keys, values } = splitHeads(tf.gather(queriesKeysValues, source), config); // [B·T, K, d] each
        layers.push({ keys: byRow(keys, promptOf.length), values: byRow(values, promptOf.length) });
        return attend(queriesKeysValues);
      };
      x = decoderBlock(x, blockWeights(decoder, layer), decoder, { rotate, attend: remember });
    }
    const last = starts.map((start, row) => start + (lengths[row] ?? 0) - 1);
    return { output: tf.gather(x, tf.tensor1d(last, 'int32')), mask, layers };
  });
}

function appendToken(decoder: Decoder, state: DecodingState, tokens: Int32Array, positions: Int32Array): DecodingState {
  const { config } = decoder;
  const { n_head, n_kv_head, head_size } = config;
  const rows = tokens.length;
  const mask = tf.concat([state.mask, tf.zeros<tf.Rank.R4>([rows, 1, 1, 1])], 3);
  const rotate = rotaryPositions(config, positions);
  const layers: DecodingState['layers'] = [];
  let x = embed(decoder, tokens, positions); // [B, D]
  state.layers.forEach((cache, layer) => {
    const attend = (queriesKeysValues: Tensor2D): Tensor2D => {
      const own = splitHeads(queriesKeysValues, config); // [B, H, d], [B, K, d] twice
      const keys = tf.concat([cache.keys, byRow(own.keys, rows)], 2); // [B, K, T, d]
      const values = tf.concat([cache.values, byRow(own.values, rows)], 2);
      layers.push({ keys, values });
      const queries = tf.reshape(own.queries, [rows, n_kv_head, n_head / n_kv_head, head_size]) as Tensor4D;
      return tf.reshape(attention(queries, keys, values, mask), [rows, n_head * head_size]);
    };
    x = decoderBlock(x, blockWeights(decoder, layer), decoder, { rotate, attend });
  });
  return { output: x, mask, layers };
}

function takeRows({ output, mask, layers }: DecodingState, rows: Int32Array): DecodingState {
  const indices = tf.tensor1d(rows, 'int32');
  const take = <T extends tf.Tensor>(tensor: T): T => tf.gather(tensor, indices);
  const takeLayer = ({ keys, values }: DecodingState['layers'][number]) => ({ keys: take(keys), values: take(values) });
  return { output: take(output), mask: take(mask), layers: layers.map(takeLayer) };
}

/** [B · T, K, d] → [B, K, T, d]. */
function byRow(heads: Tensor3D, rows: number): Tensor4D {
  const [count, kvHeads, size] = heads.shape;
  return tf.transpose(tf.reshape(heads, [rows, count / rows, kvHeads, size]), [0, 2, 1, 3]);
}
