import type { Decoder, Decoding, Kernels, Metrics, PackedBatch } from '@laurel/learning';
import { blockMatricesSize, forwardFlops, trainingFlops } from './pass-flops.ts';
import { observeOps } from './tensorflow-ops.ts';

/** What decoding needs of its prompts' last block: keys and values. */
const NO_ROWS = new Int32Array();

/**
 * Where the time of a job's steps goes: by op of libtensorflow, and by phase, which is a method of the kernels. Wrap the job's
 * kernels, then `take` what was gathered after every step.
 */
export class Profile {
  #opSeconds: Record<string, number> = {};
  #phaseSeconds: Record<string, number> = {};
  #tokens = 0;
  #flops = 0;

  readonly #peakGflops: number | null;

  /** @param peakGflops the machine's matrix product; null where it is not known */
  constructor(peakGflops: number | null) {
    this.#peakGflops = peakGflops;
    observeOps((name, seconds) => add(this.#opSeconds, name, seconds));
  }

  /** The same kernels, timed. */
  wrap(kernels: Kernels): Kernels {
    return {
      precision: kernels.precision,
      forward: (decoder, batch, rows) => {
        this.#count(batch, forwardFlops(decoder.config, { batch, rows }));
        return this.#time('forward', () => kernels.forward(decoder, batch, rows));
      },
      forwardForTraining: (decoder, batch, rows) => {
        this.#count(batch, trainingFlops(decoder.config, { batch, rows }));
        const pass = this.#time('forward', () => kernels.forwardForTraining(decoder, batch, rows));
        const backward = pass.backward.bind(pass);
        return Object.assign(pass, {
          backward: (gradient: typeof pass.hidden) => this.#time('backward', () => backward(gradient)),
        });
      },
      tokenLogProbs: (...args) => this.#time('log_probs', () => kernels.tokenLogProbs(...args)),
      startDecoding: (decoder, prompts, promptOf, maxNewTokens) => {
        this.#count(prompts, forwardFlops(decoder.config, { batch: prompts, rows: NO_ROWS }));
        const start = () => kernels.startDecoding(decoder, prompts, promptOf, maxNewTokens);
        return this.#wrapDecoding(decoder, this.#time('prompts', start));
      },
      squaredNorm: (gradients) => this.#time('optimiser', () => kernels.squaredNorm(gradients)),
      adamW: (step) => this.#time('optimiser', () => kernels.adamW(step)),
    };
  }

  /** What was gathered since the last call, as metrics of a step that took so long. */
  take(stepSeconds: number): Metrics {
    const gflops = this.#flops / stepSeconds / 1e9;
    const metrics: Metrics = {
      'profile/tokens_per_second': this.#tokens / stepSeconds,
      'profile/gflops': gflops,
      'profile/memory_bytes': process.memoryUsage.rss(),
    };
    if (this.#peakGflops) metrics['profile/share_of_matmul_peak'] = gflops / this.#peakGflops;
    for (const [name, seconds] of Object.entries(this.#phaseSeconds)) metrics[`profile/phase/${name}`] = seconds;
    for (const [name, seconds] of Object.entries(this.#opSeconds)) metrics[`profile/op/${name}`] = seconds;
    this.#opSeconds = {};
    this.#phaseSeconds = {};
    this.#tokens = 0;
    this.#flops = 0;
    return metrics;
  }

  end(): void {
    observeOps(null);
  }

  #wrapDecoding({ config }: Decoder, decoding: Decoding): Decoding {
    return {
      sample: (uniforms, temperature) => this.#time('sampling', () => decoding.sample(uniforms, temperature)),
      advance: (tokens) => {
        this.#tokens += tokens.length;
        this.#flops += 2 * config.n_layer * blockMatricesSize(config) * tokens.length;
        this.#time('sampling', () => decoding.advance(tokens));
      },
      keep: (rows) => this.#time('sampling', () => decoding.keep(rows)),
      dispose: () => decoding.dispose(),
    };
  }

  #count({ tokens }: PackedBatch, flops: number): void {
    this.#tokens += tokens.length;
    this.#flops += flops;
  }

  #time<T>(phase: string, work: () => T): T {
    const startMs = performance.now();
    const result = work();
    add(this.#phaseSeconds, phase, (performance.now() - startMs) / 1000);
    return result;
  }
}

function add(to: Record<string, number>, name: string, seconds: number): void {
  to[name] = (to[name] ?? 0) + seconds;
}
