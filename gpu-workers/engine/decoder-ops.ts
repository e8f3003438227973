import { type Decoder, type ModelConfig, parameter, qkvWidth } from '@laurel/learning';
import { type BlockHandles, blockHandles, Zeros } from './block-handles.ts';
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

export interface AttentionHandles {
  mixed: Handle; // [U, E]
  /** Logarithm of each row's softmax denominator, which the gradient needs. [H, U] */
  denominators: Handle;
}

/** Of the angles by which each row's queries and keys turn. [N, half of the features that turn] each */
export interface RotationHandles {
  cosines: Handle;
  sines: Handle;
}

/** A gradient of the residual stream. */
export interface StreamGradient {
  float: Handle; // [N, D]
  /** As the products take it. [N, D] */
  cast: Handle;
  /** Over rows: the gradient of a bias that was added to the stream. [D] */
  sums: Handle;
}

const ACTIVATIONS: Record<ModelConfig['activation'], string> = {
  gelu_tanh: 'LaurelBiasGeluTanh',
  gelu: 'LaurelBiasGelu',
  silu_gated: 'LaurelBiasSwiglu',
};

/**
 * The fused ops that a pass over a decoder is made of, with their attributes filled in. N, D, … as in the native sources: W is
 * the width of queries, keys and values side by side, E that of what attention mixes.
 */
export class DecoderOps {
  readonly decoder: Decoder;
  readonly scope: HandleScope;
  readonly #weights: WeightCache;
  readonly #zeros: Zeros;
  readonly #typed;
  readonly #heads;

  constructor(decoder: Decoder, weights: WeightCache, scope: HandleScope) {
    this.decoder = decoder;
    this.scope = scope;
    this.#weights = weights;
    this.#zeros = new Zeros(scope);
    this.#typed = [attribute('type', 'T', weights.type)];
    const { n_head, n_kv_head } = decoder.config;
    this.#heads = [...this.#typed, attribute('int', 'heads', n_head), attribute('int', 'kv_heads', n_kv_head)];
  }

  /** Of the products. */
  get type(): ElementType {
    return this.#weights.type;
  }

  block(layer: number): BlockHandles {
    return blockHandles(this.decoder, layer, this.#weights, this.#zeros);
  }

  /** Token embedding and, where positions are learned, theirs added. [N, D] float32 */
  embed(tokens: Handle, positions: Handle): Handle {
    const { config, parameters } = this.decoder;
    const table = (name: string) => handleOf(parameter(parameters, name));
    if (config.rotary) return this.scope.gather(FLOAT, table('wte.weight'), tokens);
    return this.scope.runOne('LaurelEmbed', [], [table('wte.weight'), table('wpe.weight'), tokens, positions]);
  }

  /** Normalised rows, of the products' type, and the statistics that the gradient needs. */
  norm(x: Handle, gain: Handle, bias: Handle, type: ElementType = this.type): [Handle, Handle] {
    const attributes = [...this.#norm(type), attribute('float', 'epsilon', this.decoder.config.norm_epsilon)];
    return this.scope.run('LaurelLayerNorm', attributes, [x, gain, bias], 2) as [Handle, Handle];
  }

  /** The last norm, in float32. */
  finalNorm(x: Handle): [Handle, Handle] {
    return this.norm(x, ...this.finalNormParameters(), FLOAT);
  }

  finalNormParameters(): [gain: Handle, bias: Handle] {
    const { config, parameters } = this.decoder;
    const bias = parameters['ln_f.bias'];
    const gain = handleOf(parameter(parameters, 'ln_f.weight'));
    return [gain, bias ? handleOf(bias) : this.#zeros.get(config.n_embd)];
  }

  /** `residual` is the gradient that reaches x past the normalisation. */
  normGrad(
    inputs: { dy: Handle; x: Handle; stats: Handle; gain: Handle; residual: Handle },
    type: ElementType = this.type,
  ): { dx: StreamGradient; dGain: Handle; dBias: Handle } {
    const { dy, x, stats, gain, residual } = inputs;
    const outputs = this.scope.run('LaurelLayerNormGrad', this.#norm(type), [dy, x, stats, gain, residual], 5);
    const [float, cast, dGain, dBias, sums] = outputs as [Handle, Handle, Handle, Handle, Handle];
    return { dx: { float, cast, sums }, dGain, dBias };
  }

  biasActivation(x: Handle, bias: Handle): Handle {
    return this.scope.runOne(ACTIVATIONS[this.decoder.config.activation], this.#typed, [x, bias]);
  }

  biasActivationGrad(dy: Handle, x: Handle, bias: Handle): [Handle, Handle] {
    const name = `${ACTIVATIONS[this.decoder.config.activation]}Grad`;
    return this.scope.run(name, this.#typed, [dy, x, bias], 2) as [Handle, Handle];
  }

  biasResidual(residual: Handle, x: Handle, bias: Handle): Handle {
    return this.scope.runOne('LaurelBiasResidual', this.#typed, [residual, x, bias]);
  }

  /** A gradient of the residual stream from its float32 form alone. */
  streamGradient(float: Handle): StreamGradient {
    const [cast, sums] = this.scope.run('LaurelCastSum', this.#typed, [float], 2) as [Handle, Handle];
    return { float, cast, sums };
  }

  /** Queries, keys and values with their bias, the former two turned by their positions. [N, W] */
  rotary(qkv: Handle, bias: Handle, { cosines, sines }: RotationHandles): Handle {
    return this.scope.runOne('LaurelRotary', this.#heads, [qkv, bias, cosines, sines]);
  }

  /** The gradients of `rotary`'s product and bias. */
  rotaryGrad(dQkv: Handle, { cosines, sines }: RotationHandles): [Handle, Handle] {
    return this.scope.run('LaurelRotaryGrad', this.#heads, [dQkv, cosines, sines], 2) as [Handle, Handle];
  }

  /** What attention takes for a bias when it was added before. [W] */
  noQkvBias(): Handle {
    return this.#zeros.get(qkvWidth(this.decoder.config));
  }

  /** Of the rows `queries` [U], ascending, over all that they see. */
  attention(...inputs: [qkv: Handle, bias: Handle, segments: Handle, queries: Handle]): AttentionHandles {
    const outputs = this.scope.run('LaurelAttention', this.#heads, inputs, 2);
    const [mixed, denominators] = outputs as [Handle, Handle];
    return { mixed, denominators };
  }

  attentionGrad(
    ...inputs: [dy: Handle, qkv: Handle, bias: Handle, segments: Handle, queries: Handle, y: Handle, lse: Handle]
  ) {
    return this.scope.run('LaurelAttentionGrad', this.#heads, inputs, 2) as [Handle, Handle];
  }

  /** Sums rows of x with equal ids. [count, D] */
  sumRows(x: Handle, ids: Handle, count: number): Handle {
    return this.scope.runOne('LaurelSumRows', [attribute('int', 'count', count)], [x, ids]);
  }

  product(a: Handle, b: Handle, transpose: { a?: boolean; b?: boolean } = {}): Handle {
    return this.scope.matMul(this.type, a, b, transpose);
  }

  /** factor · a · b */
  scaledProduct(factor: number, a: Handle, b: Handle, transpose: { b?: boolean } = {}): Handle {
    const product = this.product(a, b, transpose);
    const scaled = this.scope.runOne('LaurelScale', [...this.#typed, attribute('float', 'factor', factor)], [product]);
    this.scope.free(product);
    return scaled;
  }

  /** The sum of two products, which end. */
  add(a: Handle, b: Handle): Handle {
    const sum = this.scope.runOne('AddV2', this.#typed, [a, b]);
    this.scope.free(a, b);
    return sum;
  }

  /** The gradient of W in y = x · W, float32. */
  weightGradient(x: Handle, dy: Handle): Handle {
    const gradient = this.product(x, dy, { a: true });
    if (this.type === FLOAT) return gradient;
    const float = this.scope.cast(gradient, BFLOAT16, FLOAT);
    this.scope.free(gradient);
    return float;
  }

  #norm(type: ElementType) {
    return [attribute('type', 'T', type), attribute('bool', 'centred', this.decoder.config.norm === 'layer')];
  }
}
