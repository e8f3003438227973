import { BLOCK_PARAMETERS, type BlockParameter, type Decoder, parameter } from '@laurel/learning';
import {
  attribute,
  BFLOAT16,
  type ElementType,
  FLOAT,
  type Handle,
  type HandleScope,
  handleOf,
} from './tensorflow-ops.ts';
import type { WeightCache } from './weight-cache.ts';

/** Handles of one block's parameters; matrices in the type of the products, the rest float32. */
export type BlockHandles = Record<BlockParameter, Handle>;

export function blockHandles({ parameters }: Decoder, layer: number, weights: WeightCache): BlockHandles {
  const entries = BLOCK_PARAMETERS.map((name) => {
    const tensor = parameter(parameters, `h.${layer}.${name}`);
    return [name, tensor.rank === 2 ? weights.get(tensor) : handleOf(tensor)];
  });
  return Object.fromEntries(entries) as BlockHandles;
}

export interface AttentionHandles {
  mixed: Handle; // [N, D]
  /** Logarithm of each row's softmax denominator, which the gradient needs. [H, N] */
  denominators: Handle;
}

/** A gradient of the residual stream. */
export interface StreamGradient {
  float: Handle; // [N, D]
  /** As the products take it. [N, D] */
  cast: Handle;
  /** Over rows: the gradient of a bias that was added to the stream. [D] */
  sums: Handle;
}

/** The fused ops that a pass over a decoder is made of, with their attributes filled in. N, D, F as in the native sources. */
export class DecoderOps {
  readonly type: ElementType;
  readonly scope: HandleScope;
  readonly #decoder: Decoder;
  readonly #typed;
  readonly #heads;

  constructor(decoder: Decoder, type: ElementType, scope: HandleScope) {
    this.type = type;
    this.scope = scope;
    this.#decoder = decoder;
    this.#typed = [attribute('type', 'T', type)];
    this.#heads = [...this.#typed, attribute('int', 'heads', decoder.config.n_head)];
  }

  /** Token plus position embedding. [N, D] float32 */
  embed(tokens: Handle, positions: Handle): Handle {
    const { parameters } = this.#decoder;
    const tables = ['wte.weight', 'wpe.weight'].map((name) => handleOf(parameter(parameters, name)));
    return this.scope.runOne('LaurelEmbed', [], [...tables, tokens, positions]);
  }

  /** Normalised rows, of the products' type, and the statistics that the gradient needs. */
  layerNorm(x: Handle, gain: Handle, bias: Handle, type: ElementType = this.type): [Handle, Handle] {
    const attributes = [attribute('type', 'T', type), attribute('float', 'epsilon', this.#decoder.config.norm_epsilon)];
    return this.scope.run('LaurelLayerNorm', attributes, [x, gain, bias], 2) as [Handle, Handle];
  }

  /** The last layer norm, in float32. */
  finalNorm(x: Handle): [Handle, Handle] {
    const [gain, bias] = ['ln_f.weight', 'ln_f.bias'].map((name) =>
      handleOf(parameter(this.#decoder.parameters, name)),
    );
    return this.layerNorm(x, gain as Handle, bias as Handle, FLOAT);
  }

  /** `residual` is the gradient that reaches x past the normalisation. */
  layerNormGrad(
    inputs: { dy: Handle; x: Handle; stats: Handle; gain: Handle; residual: Handle },
    type: ElementType = this.type,
  ): { dx: StreamGradient; dGain: Handle; dBias: Handle } {
    const { dy, x, stats, gain, residual } = inputs;
    const outputs = this.scope.run(
      'LaurelLayerNormGrad',
      [attribute('type', 'T', type)],
      [dy, x, stats, gain, residual],
      5,
    );
    const [float, cast, dGain, dBias, sums] = outputs as [Handle, Handle, Handle, Handle, Handle];
    return { dx: { float, cast, sums }, dGain, dBias };
  }

  biasGelu(x: Handle, bias: Handle): Handle {
    return this.scope.runOne('LaurelBiasGelu', this.#typed, [x, bias]);
  }

  biasGeluGrad(dy: Handle, x: Handle, bias: Handle): [Handle, Handle] {
    return this.scope.run('LaurelBiasGeluGrad', this.#typed, [dy, x, bias], 2) as [Handle, Handle];
  }

  biasResidual(residual: Handle, x: Handle, bias: Handle): Handle {
    return this.scope.runOne('LaurelBiasResidual', this.#typed, [residual, x, bias]);
  }

  /** A gradient of the residual stream from its float32 form alone. */
  streamGradient(float: Handle): StreamGradient {
    const [cast, sums] = this.scope.run('LaurelCastSum', this.#typed, [float], 2) as [Handle, Handle];
    return { float, cast, sums };
  }

  attention(qkv: Handle, bias: Handle, segments: Handle): AttentionHandles {
    const outputs = this.scope.run('LaurelAttention', this.#heads, [qkv, bias, segments], 2);
    const [mixed, denominators] = outputs as [Handle, Handle];
    return { mixed, denominators };
  }

  attentionGrad(...inputs: [dy: Handle, qkv: Handle, bias: Handle, segments: Handle, y: Handle, lse: Handle]) {
    return this.scope.run('LaurelAttentionGrad', this.#heads, inputs, 2) as [Handle, Handle];
  }

  cachedAttention(
    ...inputs: [qkv: Handle, bias: Handle, promptQkv: Handle, ownKv: Handle, prompts: Handle, step: Handle]
  ): { mixed: Handle } {
    return { mixed: this.scope.runOne('LaurelCachedAttention', this.#heads, inputs) };
  }

  /** Sums rows of x with equal ids. [count, D] */
  sumRows(x: Handle, ids: Handle, count: number): Handle {
    return this.scope.runOne('LaurelSumRows', [attribute('int', 'count', count)], [x, ids]);
  }

  product(a: Handle, b: Handle, transpose: { a?: boolean; b?: boolean } = {}): Handle {
    return this.scope.matMul(this.type, a, b, transpose);
  }

  /** The gradient of W in y = x · W, float32. */
  weightGradient(x: Handle, dy: Handle): Handle {
    const gradient = this.product(x, dy, { a: true });
    if (this.type === FLOAT) return gradient;
    const float = this.scope.cast(gradient, BFLOAT16, FLOAT);
    this.scope.free(gradient);
    return float;
  }
}
