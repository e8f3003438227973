import type { Parameters } from '../model/kernels.ts';
import { copyParameters, disposeParameters } from '../model/parameters.ts';

/** A measurement of the validation loss. */
interface Measurement {
  step: number;
  loss: number;
}

/** What early stopping has seen so far, for a checkpoint. */
export interface EarlyStoppingState {
  best: Measurement | null;
  /** Measurements since the best one. */
  sinceBest: number;
}

/**
 * Early stopping (Goodfellow et al. 2016, algorithm 7.1): keeps the weights that had the lowest validation loss, and says when
 * `patience` measurements in a row have brought no lower one. Owns its copy of the weights.
 */
export class EarlyStopping {
  readonly #patience: number;
  #state: EarlyStoppingState;
  #weights: Parameters;

  /** @param resumed what `state` and `weights` were; the weights are taken over */
  constructor(patience: number, resumed?: { state: EarlyStoppingState; weights: Parameters }) {
    this.#patience = patience;
    this.#state = resumed?.state ?? { best: null, sinceBest: 0 };
    this.#weights = resumed?.weights ?? {};
  }

  get state(): EarlyStoppingState {
    return this.#state;
  }

  /** The best weights so far; none before the first measurement. */
  get weights(): Parameters {
    return this.#weights;
  }

  /** Why the run should stop; null while it should go on. */
  get reason(): string | null {
    const { best, sinceBest } = this.#state;
    if (sinceBest < this.#patience) return null;
    return `The validation loss has not fallen below ${best?.loss.toPrecision(4)}, that of step ${best?.step}, in ${sinceBest} measurements: the model of that step is the result.`;
  }

  /** Takes note of a loss and, where it is the lowest, of the weights that it is the loss of. */
  observe({ step, loss }: Measurement, trained: Parameters): void {
    const { best, sinceBest } = this.#state;
    if (best && loss >= best.loss) {
      this.#state = { best, sinceBest: sinceBest + 1 };
      return;
    }
    this.#state = { best: { step, loss }, sinceBest: 0 };
    disposeParameters(this.#weights);
    this.#weights = copyParameters(trained);
  }

  dispose(): void {
    disposeParameters(this.#weights);
  }
}
