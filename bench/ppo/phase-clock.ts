import type { Kernels } from '@laurel/learning';

/** Seconds of an iteration's phases. */
interface Phases {
  rolloutSeconds: number;
  /** The reward model's, the reference's and the value network's passes, and the policy's own. */
  scoringSeconds: number;
  updateSeconds: number;
}

/** Tells the phases of a PPO iteration by what it asks of the kernels: it samples, reads models, and then trains. */
export class PhaseClock {
  /** Do what the engine's do, and note when. */
  readonly kernels: Kernels;
  #startMs = 0;
  #readMs: number | undefined;
  #trainMs: number | undefined;

  constructor(kernels: Kernels) {
    this.kernels = {
      ...kernels,
      forward: (...inputs) => {
        this.#readMs ??= performance.now();
        return kernels.forward(...inputs);
      },
      forwardForTraining: (...inputs) => {
        this.#trainMs ??= performance.now();
        return kernels.forwardForTraining(...inputs);
      },
    };
  }

  /** Times an iteration. */
  async time(iterate: () => Promise<void>): Promise<{ seconds: number; phases: Phases }> {
    this.#readMs = this.#trainMs = undefined;
    this.#startMs = performance.now();
    await iterate();
    const endMs = performance.now();
    const [readMs = endMs, trainMs = endMs] = [this.#readMs, this.#trainMs];
    return {
      seconds: (endMs - this.#startMs) / 1000,
      phases: {
        rolloutSeconds: (readMs - this.#startMs) / 1000,
        scoringSeconds: (trainMs - readMs) / 1000,
        updateSeconds: (endMs - trainMs) / 1000,
      },
    };
  }
}
