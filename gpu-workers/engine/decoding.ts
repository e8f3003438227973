import { type Choices, type Decoder, type Decoding, type PackedBatch, pack } from '@laurel/learning';
import { rotationHandles } from './decoder-forward.ts';
import { DecoderOps } from './decoder-ops.ts';
import { blocksOf, DecodingOps } from './decoding-ops.ts';
import { prefill } from './prefill.ts';
import { FLOAT, type Handle, HandleScope, readFloats, readInts } from './tensorflow-ops.ts';
import type { WeightCache } from './weight-cache.ts';

/**
 * Begins decoding (see Kernels). All but the last token of the packed prompts is computed at once; that token is the first that
 * the rows decode.
 */
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
  return new CachedDecoding(decoder, weights, unpack(prompts), promptOf, maxNewTokens);
}

const unpack = ({ tokens, segments }: PackedBatch): Int32Array[] =>
  Array.from({ length: segments.length / 3 }, (_, s) => {
    const [start = 0, length = 0] = segments.subarray(3 * s);
    return tokens.subarray(start, start + length);
  });

/** Where a row's keys and values are. */
interface Row {
  /** First block of its prompt's. */
  promptBlock: number;
  /** Tokens of its prompt that were computed at once. */
  promptLength: number;
  /** First block of its own. */
  ownBlock: number;
}

class CachedDecoding implements Decoding {
  readonly #scope = new HandleScope();
  readonly #ops: DecoderOps;
  readonly #decoding: DecodingOps;
  /** Keys and values by layer; the rows' own are written in place. */
  readonly #caches: { prompts: Handle[]; own: Handle[] };
  #rows: Row[];
  /** Tokens of its own that each row has, its prompt's last among them. */
  #steps = 0;
  /** The last block's output at each row's last token. [B, D] */
  #stream: Handle;

  constructor(
    decoder: Decoder,
    weights: WeightCache,
    prompts: Int32Array[],
    promptOf: Int32Array,
    maxNewTokens: number,
  ) {
    this.#ops = new DecoderOps(decoder, weights, this.#scope);
    this.#decoding = new DecodingOps(this.#ops, weights);
    const prefixes = prompts.map((tokens) => [...tokens.subarray(0, -1)]);
    const promptCaches: Handle[] = [];
    prefill(this.#ops, pack(prefixes.map((prefix) => ({ prefix, continuations: [] }))).batch, (qkv, segments) => {
      promptCaches.push(this.#decoding.promptCache(qkv, segments));
    });
    const ownBlocks = blocksOf(1 + maxNewTokens);
    const own = promptCaches.map(() => this.#decoding.emptyCache(promptOf.length * ownBlocks));
    this.#caches = { prompts: promptCaches, own };
    const firstBlocks = [0];
    for (const { length } of prefixes) firstBlocks.push((firstBlocks.at(-1) ?? 0) + blocksOf(length));
    this.#rows = Array.from(promptOf, (prompt, row) => ({
      promptBlock: firstBlocks[prompt] ?? 0,
      promptLength: prefixes[prompt]?.length ?? 0,
      ownBlock: row * ownBlocks,
    }));
    this.#stream = this.#step(promptOf.map((prompt) => prompts[prompt]?.at(-1) ?? 0));
  }

  sample(uniforms: Float64Array, temperature: number): Choices {
    const handles = this.#decoding.sample(this.#stream, uniforms, temperature);
    const choices = { tokens: readInts(handles.tokens), logProbs: readFloats(handles.logProbs) };
    this.#scope.free(handles.tokens, handles.logProbs);
    return choices;
  }

  advance(tokens: Int32Array): void {
    this.#scope.free(this.#stream);
    this.#stream = this.#step(tokens);
  }

  keep(rows: Int32Array): void {
    const indices = this.#scope.ints(rows);
    const stream = this.#scope.gather(FLOAT, this.#stream, indices);
    this.#scope.free(this.#stream, indices);
    this.#stream = stream;
    this.#rows = Array.from(rows, (row) => this.#rows[row] as Row);
  }

  dispose(): void {
    this.#scope.end();
  }

  /** One token of every row through the decoder. [B, D] */
  #step(tokens: Int32Array): Handle {
    const scope = this.#scope;
    const positions = Int32Array.from(this.#rows, ({ promptLength }) => promptLength + this.#steps);
    const places = this.#rows.flatMap(({ promptBlock, promptLength, ownBlock }) => [
      promptBlock,
      promptLength,
      ownBlock,
    ]);
    const rows = {
      places: scope.ints(Int32Array.from(places), [this.#rows.length, 3]),
      step: scope.ints(Int32Array.of(this.#steps++), []),
      rotation: rotationHandles(this.#ops, positions),
    };
    const inputs = [scope.ints(tokens), scope.ints(positions)] as const;
    const embedded = this.#ops.embed(...inputs);
    const stream = this.#decoding.step(embedded, rows, this.#caches);
    scope.free(...inputs, embedded, rows.places, rows.step, ...Object.values(rows.rotation ?? {}));
    return stream;
  }
}
