import type { LoraHyperparameters } from '@laurel/contracts';
import type { Lora } from '../model/kernels.ts';

/** Fills in alpha: twice the rank, as is usual (Hu et al. 2021 keep it fixed while they try ranks). null: no LoRA. */
export function loraSettings(given: LoraHyperparameters | undefined): Lora | null {
  return given ? { rank: given.rank, alpha: given.alpha ?? 2 * given.rank } : null;
}
