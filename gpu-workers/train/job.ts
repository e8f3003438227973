import type { ClaimAnswer } from '@laurel/contracts';
import type { ArtifactStore } from '@laurel/storage/artifacts';
import type { Engine } from '../engine/native.ts';
import type { ImportSettings } from './import/import-settings.ts';
import type { Reporter } from './reporter.ts';
import { Stop } from './stop.ts';

/** A claimed job and what it is done with. */
export interface Job {
  claim: ClaimAnswer;
  store: ArtifactStore;
  engine: Engine;
  reporter: Reporter;
  /** Aborted when this process has been asked to end, as a reclaimed spot instance is. */
  ending: AbortSignal;
  importing: ImportSettings;
  checkpointEveryMs: number;
}

/** @throws {Stop} when the job is not to go on; to be called between steps. */
export function stopIfTold({ reporter, ending }: Pick<Job, 'reporter' | 'ending'>): void {
  const { directive } = reporter;
  if (directive !== 'continue') throw new Stop(directive);
  if (ending.aborted) throw new Stop('ending');
}
