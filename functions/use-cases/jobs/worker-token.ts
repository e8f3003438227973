import { newSecret } from '../secrets.ts';

/** A worker's token tells which attempt it belongs to, so that an attempt that is over can be told so. */
export const newWorkerToken = (attempt: number): string => `lw_${attempt}_${newSecret()}`;

/** The attempt that a token claims to belong to; null if it is no worker's token. */
export function attemptOf(token: string): number | null {
  const attempt = /^lw_(\d{1,4})_/.exec(token)?.[1];
  return attempt === undefined ? null : Number(attempt);
}
