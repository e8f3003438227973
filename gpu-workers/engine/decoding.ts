import { type Decoder, type Decoding, headName, type PackedBatch, parameter } from '@laurel/learning';
import { batchHandles, blockForward, blocksForward, readRows, rotationHandles } from './decoder-forward.ts';
import { DecoderOps } from './decoder-ops.ts';
import {
  attribute,
  type ElementType,
  FLOAT,
  type Handle,
  HandleScope,
  handleOf,
  readFloats,
} from './tensorflow-ops.ts';
import type { WeightCache } from './weight-cache.ts';

/** Begins decoding (see Kernels): computes the packed prompts, whose keys and values stay where that put them. */
export function startDecoding(
  decoder: Decoder,
  weights: WeightCache,
  prompts: PackedBatch,
  promptOf: Int32Array,
  maxNewTokens: number,
): Decoding {
  const longest = Math.max(...promptOf.map((prompt) => prompts.segments[3 * prompt + 1] ?? 0));
  const { n_positions } = decoder.config;
  if (longest + maxNewTokens > n_positions)
    throw new Error(
      `a prompt of ${longest} tokens and ${maxNewTokens} new ones exceed the context of ${n_positions}; shorten the prompt`,
    );
  return new CachedDecoding(decoder, weights, prompts, promptOf, maxNewTokens);
}

class CachedDecoding implements Decoding {
  readonly #decoder: Decoder;
  readonly #scope = new HandleScope();
  readonly #ops: DecoderOps;
  /** The prompts' queries, keys and values by layer, as attention reads them. [N, W] */
  readonly #promptQkv: Handle[] = [];
  /** Keys and values of each row's own tokens by layer, written in place. [B, M, 2 · K · d] */
  #ownKv: Handle[];
  /** Start and length of each row's prompt. [B, 2] */
  #prompts: Int32Array;
  #promptHandle: Handle;
  /** The last block's output at each row's last token. [B, D] */
  #stream: Handle;
  /** Tokens that each row has of its own. */
  #steps = 0;

  constructor(
    decoder: Decoder,
    weights: WeightCache,
    prompts: PackedBatch,
    promptOf: Int32Array,
    maxNewTokens: number,
  ) {
    this.#decoder = decoder;
    const scope = this.#scope;
    this.#ops = new DecoderOps(decoder, weights, scope);
    this.#prompts = Int32Array.from(
      Array.from(promptOf, (prompt) => [...prompts.segments.subarray(3 * prompt, 3 * prompt + 2)]).flat(),
    );
    this.#promptHandle = scope.ints(this.#prompts, [promptOf.length, 2]);
    const last = promptOf.map((_, row) => this.#promptStart(row) + this.#promptLength(row) - 1);
    const read = readRows(this.#ops, last);
    const stream = blocksForward(this.#ops, batchHandles(this.#ops, prompts), read, ({ qkv, ...others }) => {
      this.#promptQkv.push(qkv);
      return Object.values(others);
    });
    this.#stream = scope.gather(FLOAT, stream, read.indices);
    scope.free(stream);
    const { n_kv_head, head_size } = decoder.config;
    const shape = scope.ints(Int32Array.of(promptOf.length, maxNewTokens, 2 * n_kv_head * head_size));
    const empty = [attribute('type', 'dtype', weights.type), attribute('bool', 'init', false)];
    this.#ownKv = this.#promptQkv.map(() => scope.runOne('Empty', empty, [shape]));
  }

  logits(): Float32Array {
    const scope = this.#scope;
    const [hidden, stats] = this.#ops.finalNorm(this.#stream);
    const { config, parameters } = this.#decoder;
    const head = handleOf(parameter(parameters, headName(config)));
    const logits = scope.matMul(FLOAT, hidden, head, { b: true }); // [B, V]
    const values = readFloats(logits);
    scope.free(hidden, stats, logits);
    return values;
  }

  advance(tokens: Int32Array): void {
    const scope = this.#scope;
    const positions = tokens.map((_, row) => this.#promptLength(row) + this.#steps);
    const inputs = [scope.ints(tokens), scope.ints(positions)] as const;
    const step = scope.ints(Int32Array.of(this.#steps), []);
    const rotation = rotationHandles(this.#ops, positions);
    scope.free(this.#stream);
    let stream = this.#ops.embed(...inputs);
    for (let layer = 0; layer < this.#decoder.config.n_layer; layer++) {
      const [prompt, own] = [this.#promptQkv[layer] as Handle, this.#ownKv[layer] as Handle];
      const mix = (qkv: Handle, bias: Handle) =>
        this.#ops.cachedAttention(qkv, bias, prompt, own, this.#promptHandle, step);
      const { output, activations } = blockForward(this.#ops, stream, this.#ops.block(layer), rotation, mix);
      scope.free(...Object.values(activations));
      stream = output;
    }
    this.#stream = stream;
    this.#steps++;
    scope.free(...inputs, step, ...Object.values(rotation ?? {}));
  }

  keep(rows: Int32Array): void {
    const scope = this.#scope;
    const indices = scope.ints(rows);
    const take = (type: ElementType, from: Handle) => {
      const taken = scope.gather(type, from, indices);
      scope.free(from);
      return taken;
    };
    this.#stream = take(FLOAT, this.#stream);
    this.#ownKv = this.#ownKv.map((own) => take(this.#ops.type, own));
    this.#prompts = Int32Array.from(
      Array.from(rows, (row) => [this.#promptStart(row), this.#promptLength(row)]).flat(),
    );
    scope.free(this.#promptHandle, indices);
    this.#promptHandle = scope.ints(this.#prompts, [rows.length, 2]);
  }

  dispose(): void {
    this.#scope.end();
  }

  #promptStart(row: number): number {
    return this.#prompts[2 * row] ?? 0;
  }

  #promptLength(row: number): number {
    return this.#prompts[2 * row + 1] ?? 0;
  }
}
