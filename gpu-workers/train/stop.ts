/**
 * Why a job is left before its end: its owner cancelled it, another attempt has it, the API has been away for too long, or
 * this process was asked to end.
 */
export type StopReason = 'cancel' | 'stale' | 'away' | 'ending';

export class Stop extends Error {
  override name = 'Stop';
  readonly reason: StopReason;

  constructor(reason: StopReason) {
    super(`The job stops here: ${reason}.`);
    this.reason = reason;
  }
}
