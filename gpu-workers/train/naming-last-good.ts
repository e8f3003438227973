import { Diverged, type Files, readSafetensors } from '@laurel/learning';
import type { Checkpoints } from './checkpoints.ts';

/**
 * The error of a run that has diverged, with the place of its last good checkpoint, from which the run can be looked into. Going
 * on from it would diverge in the same way, so the job fails; any other error is left as it is.
 */
export async function namingLastGood(error: unknown, checkpoints: Checkpoints): Promise<unknown> {
  if (!(error instanceof Diverged)) return error;
  const good = await checkpoints.latest(undefined, requireNumbers);
  const place = good
    ? `The last good checkpoint is that of step ${good.step}, at ${checkpoints.placeOf(good.step)}.`
    : 'There was no good checkpoint yet.';
  return new Diverged(`${error.message} ${place}`, { cause: error });
}

/** A checkpoint may have been written after the step that spoilt the weights, and before the one that noticed. */
function requireNumbers(files: Files): void {
  for (const [file, content] of Object.entries(files)) {
    if (!file.endsWith('.safetensors')) continue;
    for (const [name, { values }] of Object.entries(readSafetensors(content)))
      if (!values.every(Number.isFinite)) throw new Error(`${file}: ${name} holds values that are not numbers`);
  }
}
