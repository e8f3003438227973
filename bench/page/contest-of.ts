import type { Measured, Ran, WorkResult } from '../core/result.ts';
import type { Spread } from '../core/statistics.ts';

const ranModes = (modes: readonly Measured[]): Ran[] => modes.filter((mode) => 'rounds' in mode);

/** Our fastest mode, whose rounds count. */
export const ourMode = ({ ours, contest }: WorkResult): Ran =>
  ranModes(ours).find(({ mode }) => mode === contest.ours) as Ran;

/** The peers' fastest. */
export const opponentOf = ({ peers, contest }: WorkResult): Ran | undefined =>
  ranModes(peers).find(({ mode }) => mode === contest.opponent);

/** What a work with a peer and a ratio as its goal came to; undefined for others. */
export function contestOf({
  work,
  contest: { ratio },
  goal,
}: WorkResult): { work: string; ratio: Spread; goal: { ratio: number; lowest?: number } } | undefined {
  return ratio && 'ratio' in goal ? { work, ratio, goal } : undefined;
}
