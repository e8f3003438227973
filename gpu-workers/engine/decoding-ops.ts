import { BLOCK_PARAMETERS, BLOCK_PRODUCTS, type Decoder, headName, parameter } from '@laurel/learning';
import type { DecoderOps, RotationHandles } from './decoder-ops.ts';
import { attribute, type Handle, type HandleScope } from './tensorflow-ops.ts';
import type { WeightCache } from './weight-cache.ts';

/** Tokens whose keys and values lie together: kBlockTokens of native/decoding_cache.h. */
const BLOCK_TOKENS = 16;

/** How many blocks hold that many tokens of one sequence. */
export const blocksOf = (tokens: number): number => Math.ceil(tokens / BLOCK_TOKENS);

const MATRICES = BLOCK_PRODUCTS.map((product) => `${product}.weight` as const);
const VECTORS = BLOCK_PARAMETERS.filter((name) => !MATRICES.some((matrix) => matrix === name));
const ADAPTERS = BLOCK_PRODUCTS.flatMap((product) => [`${product}.lora_A`, `${product}.lora_B`]);

/** Of every row being sampled. */
export interface RowHandles {
  /** First block of its prompt, tokens of its prompt, first block of its own tokens. [B, 3] */
  places: Handle;
  /** How many tokens it has of its own. [] */
  step: Handle;
  /** Of the token that it decodes. */
  rotation: RotationHandles | null;
}

/** The ops of decoding, their attributes and weights filled in. B rows, the rest as in the native sources. */
export class DecodingOps {
  readonly #decoder: Decoder;
  readonly #scope: HandleScope;
  readonly #heads;
  readonly #norm;
  readonly #type;
  readonly #noRotation: RotationHandles;
  readonly #finalNorm: [gain: Handle, bias: Handle];
  readonly #head: Handle;
  /** Of all blocks, one after the other. */
  readonly #vectors: Handle[];
  readonly #matrices: Handle[];

  constructor(ops: DecoderOps, weights: WeightCache) {
    const { scope, decoder } = ops;
    const { config, parameters, lora } = decoder;
    this.#decoder = decoder;
    this.#scope = scope;
    this.#type = weights.type;
    this.#heads = [
      attribute('type', 'T', weights.type),
      attribute('int', 'heads', config.n_head),
      attribute('int', 'kv_heads', config.n_kv_head),
    ];
    this.#norm = [
      attribute('bool', 'centred', config.norm === 'layer'),
      attribute('float', 'epsilon', config.norm_epsilon),
    ];
    const none = scope.floats(new Float32Array(), [0, 0]);
    this.#noRotation = { cosines: none, sines: none };
    this.#finalNorm = ops.finalNormParameters();
    this.#head = weights.headStrips(parameter(parameters, headName(config)));
    const layers = Array.from({ length: config.n_layer }, (_, layer) => layer);
    this.#vectors = layers.map((layer) => ops.block(layer)).flatMap((block) => VECTORS.map((name) => block[name]));
    this.#matrices = layers.flatMap((layer) =>
      [...MATRICES, ...(lora ? ADAPTERS : [])].map((name) =>
        weights.strips(parameter(parameters, `h.${layer}.${name}`)),
      ),
    );
  }

  /** Keys and values of packed prompts, each from a block of its own on. */
  promptCache(qkv: Handle, segments: Handle): Handle {
    return this.#scope.runOne('LaurelPromptCache', this.#heads, [qkv, segments]);
  }

  /** Room for that many blocks, zeros. */
  emptyCache(blocks: number): Handle {
    const { n_kv_head, head_size } = this.#decoder.config;
    const blockSize = blocksOf(head_size) * BLOCK_TOKENS * BLOCK_TOKENS; // features are padded to as many as tokens
    const shape = this.#scope.ints(Int32Array.of(2, n_kv_head, blocks, blockSize));
    const attributes = [attribute('type', 'dtype', this.#type), attribute('bool', 'init', true)];
    const cache = this.#scope.runOne('Empty', attributes, [shape]);
    this.#scope.free(shape);
    return cache;
  }

  /** One token of every row through all blocks, from and to the residual stream [B, D]. Writes to the rows' `own` caches. */
  step(stream: Handle, { places, step, rotation }: RowHandles, caches: { prompts: Handle[]; own: Handle[] }): Handle {
    const { config, lora } = this.#decoder;
    const { cosines, sines } = rotation ?? this.#noRotation;
    const attributes = [
      ...this.#heads,
      ...this.#norm,
      attribute('string', 'activation', config.activation),
      attribute('bool', 'parallel_residual', config.parallel_residual),
      attribute('float', 'adapter_scale', lora ? lora.alpha / lora.rank : 0),
      attribute('int', 'layers', config.n_layer),
      attribute('int', 'vector_count', this.#vectors.length),
      attribute('int', 'matrix_count', this.#matrices.length),
    ];
    const inputs = [stream, places, step, cosines, sines];
    const lists = [caches.prompts, caches.own, this.#vectors, this.#matrices];
    return this.#scope.runOne('LaurelDecodeStep', attributes, [...inputs, ...lists.flat()]);
  }

  /** The next tokens [B] and their log-probabilities [B]. */
  sample(stream: Handle, uniforms: Float64Array, temperature: number): { tokens: Handle; logProbs: Handle } {
    const attributes = [
      ...this.#norm,
      attribute('int', 'vocabulary', this.#decoder.config.vocab_size),
      attribute('float', 'temperature', temperature),
    ];
    // A double is the sum of two floats, but for its last digits.
    const pairs = Array.from(uniforms, (uniform) => [uniform, uniform - Math.fround(uniform)]).flat();
    const pairsHandle = this.#scope.floats(Float32Array.from(pairs), [uniforms.length, 2]);
    const inputs = [stream, ...this.#finalNorm, this.#head, pairsHandle];
    const [tokens, logProbs] = this.#scope.run('LaurelSampleTokens', attributes, inputs, 2) as [Handle, Handle];
    this.#scope.free(pairsHandle);
    return { tokens, logProbs };
  }
}
