import { GOLDEN_FILE, type GoldenScores } from '@laurel/contracts';
import { type Files, goldenItems } from '@laurel/learning';
import type { Engine } from '../engine/native.ts';

/** What this engine computes with a model's files, as one more file of the model: the server is held to it. */
export function goldenFile({ kernels, precision }: Engine, files: Files): Files {
  const golden: GoldenScores = { precision, items: goldenItems(kernels, files) };
  return { [GOLDEN_FILE]: new TextEncoder().encode(`${JSON.stringify(golden, null, 2)}\n`) };
}
