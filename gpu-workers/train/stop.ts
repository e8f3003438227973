/**
 * Why a job is left before its end: its owner paused or cancelled it, another attempt has it, the API has been away for too long, or
 * this process was asked to end.
 */
export type StopReason = 'pause' | 'cancel' | 'stale' | 'away' | 'ending';

/** Work goes on from here one day, so it is worth a checkpoint. */
export const isToBeContinued = (reason: StopReason): boolean => reason !== 'cancel' && reason !== 'stale';

export class Stop extends Error {
  override name = 'Stop';
  readonly reason: StopReason;

  constructor(reason: StopReason) {
    super(`The job stops here: ${reason}.`);
    this.reason = reason;
  }
}
