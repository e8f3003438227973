import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkValues } from './check-values.ts';
import { ContestantProcess } from './contestant-process.ts';
import type { Assignment, Round } from './protocol.ts';
import { pythonOfPeers } from './python-environment.ts';
import type { Measured, Ran, WorkResult } from './result.ts';
import { rateOf, spread } from './statistics.ts';
import type { Mode, Work } from './work.ts';

const bench = fileURLToPath(new URL('..', import.meta.url));

type Contest = Pick<WorkResult, 'ours' | 'peers' | 'contest' | 'check'>;

/** A mode at its turns, and what it has done so far. */
interface Entrant {
  contestant: ContestantProcess;
  measured: Ran;
}

interface Course {
  work: Work;
  /** What `prepare` wrote. */
  folder: string;
  log: (line: string) => void;
}

/**
 * Round 0 finds each side's fastest mode; these two then do rounds 1 to `rounds` by turns, so that whatever else the machine does
 * meets both.
 * @throws {Error} where no mode of a side runs; one that does not is reported
 */
export async function runWork(course: Course, rounds: number): Promise<Contest> {
  const { work } = course;
  const opponent = work.peers.length > 0 ? await findFastest(course, work.peers) : null;
  try {
    const ours = await findFastest(course, work.ours);
    try {
      const ratios = await alternate(course, ours.fastest, opponent?.fastest ?? null, rounds);
      const peers = opponent?.measured ?? [];
      return {
        ours: ours.measured,
        peers,
        contest: {
          ours: ours.fastest.measured.mode,
          opponent: opponent?.fastest.measured.mode ?? null,
          ratios,
          ratio: ratios.length > 0 ? spread(ratios) : null,
          rate: spread(ours.fastest.measured.rounds.slice(1).map(rateOf)),
        },
        check: work.check && checkValues(work.check, ours.measured, peers),
      };
    } finally {
      ours.fastest.contestant.end();
    }
  } finally {
    opponent?.fastest.contestant.end();
  }
}

/** Has each mode do round 0 and ends all but the fastest. */
async function findFastest(
  course: Course,
  modes: readonly Mode[],
): Promise<{ fastest: Entrant; measured: Measured[] }> {
  const measured: Measured[] = [];
  let fastest: Entrant | null = null;
  for (const mode of modes) {
    try {
      const entrant = await enter(course, mode);
      measured.push(entrant.measured);
      course.log(`  ${mode.name}: ${describe(course, entrant)}`);
      const isFaster = !fastest || lastRate(entrant) > lastRate(fastest);
      (isFaster ? fastest : entrant)?.contestant.end();
      if (isFaster) fastest = entrant;
    } catch (error) {
      const failure = (error as Error).message;
      measured.push({ mode: mode.name, failure });
      course.log(`  ${mode.name}: does not run here: ${failure.split('\n').at(-1)}`);
    }
  }
  if (!fastest) throw new Error(`${course.work.name}: none of ${modes.map(({ name }) => name).join(', ')} runs here`);
  return { fastest, measured };
}

/** Rounds 1 to `rounds`, by turns. Returns the ratios of our rate to the opponent's; none without one. */
async function alternate(course: Course, ours: Entrant, opponent: Entrant | null, rounds: number): Promise<number[]> {
  const ratios: number[] = [];
  const turns = opponent ? [ours, opponent] : [ours];
  for (let i = 1; i <= rounds; i++) {
    // Who goes first changes, so that neither always meets a warmer processor.
    for (const { contestant, measured } of i % 2 === 0 ? turns.toReversed() : turns)
      measured.rounds.push(await contestant.round(i));
    if (opponent) ratios.push(lastRate(ours) / lastRate(opponent));
    const times = opponent ? `; the peer ${describe(course, opponent)}: ${ratios.at(-1)?.toFixed(2)} times` : '';
    course.log(`  round ${i}: ours ${describe(course, ours)}${times}`);
  }
  return ratios;
}

/** Starts a mode and has it do round 0. */
async function enter({ work, folder }: Course, mode: Mode): Promise<Entrant> {
  const settings = { ...work.settings, ...mode.settings };
  const assignment: Assignment = { work: work.name, folder, settings };
  const file = join(folder, 'assignments', `${mode.name.replaceAll(/\W+/g, '-')}.json`);
  mkdirSync(join(folder, 'assignments'), { recursive: true });
  writeFileSync(file, JSON.stringify(assignment));
  const script = join(bench, mode.script);
  const { contestant, ready } = await ContestantProcess.start(
    script.endsWith('.py')
      ? { command: pythonOfPeers(), args: [script, file], env: mode.env }
      : { command: process.execPath, args: ['--import', 'tsx', script, file], env: mode.env },
  );
  try {
    return { contestant, measured: { ...ready, mode: mode.name, rounds: [await contestant.round(0)] } };
  } catch (error) {
    contestant.end();
    throw error;
  }
}

const lastRound = ({ measured }: Entrant) => measured.rounds.at(-1) as Round;
const lastRate = (entrant: Entrant) => rateOf(lastRound(entrant));
const describe = ({ work }: Course, entrant: Entrant) =>
  `${lastRate(entrant).toPrecision(4)} ${work.unit}/s in ${lastRound(entrant).seconds.toFixed(1)} s`;
