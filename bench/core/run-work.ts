import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkValues } from './check-values.ts';
import { ContestantProcess } from './contestant-process.ts';
import type { Assignment, Ready, Round } from './protocol.ts';
import { pythonOfPeers } from './python-environment.ts';
import type { Measured, WorkResult } from './result.ts';
import { rateOf, spread } from './statistics.ts';
import type { Mode, Work } from './work.ts';

const bench = fileURLToPath(new URL('..', import.meta.url));

type Contest = Pick<WorkResult, 'ours' | 'peers' | 'contest' | 'check'>;

/** A mode at its turns, and what it has done so far. */
interface Entrant {
  contestant: ContestantProcess;
  measured: Ready & { mode: string; rounds: Round[] };
}

/**
 * Round 0 finds each side's fastest mode; these two then do rounds 1 to `rounds` by turns, so that whatever else the machine does
 * meets both. A peer's mode that fails is reported; at least one of ours, and of the peers where there are any, must run.
 * @param folder what `prepare` wrote
 */
export async function runWork(
  work: Work,
  { folder, rounds, log }: { folder: string; rounds: number; log: (line: string) => void },
): Promise<Contest> {
  const measured = { ours: [] as Measured[], peers: [] as Measured[] };
  const entrants: Entrant[] = [];
  try {
    const fastestOf = async (side: 'ours' | 'peers'): Promise<Entrant | null> => {
      let fastest: Entrant | null = null;
      for (const mode of work[side]) {
        const entrant = await enter(work, mode, folder).catch((error: Error) => error);
        if (entrant instanceof Error) {
          log(`  ${mode.name}: does not run here: ${entrant.message.split('\n').at(-1)}`);
          measured[side].push({ mode: mode.name, failure: entrant.message });
          continue;
        }
        entrants.push(entrant);
        measured[side].push(entrant.measured);
        log(`  ${mode.name}: ${describe(work, entrant)}`);
        const isFaster = !fastest || lastRate(entrant) > lastRate(fastest);
        (isFaster ? fastest : entrant)?.contestant.end();
        if (isFaster) fastest = entrant;
      }
      if (!fastest && work[side].length > 0) throw new Error(`${work.name}: nothing of ${side} runs on this machine`);
      return fastest;
    };
    const opponent = await fastestOf('peers');
    const ours = (await fastestOf('ours')) as Entrant;
    const ratios: number[] = [];
    for (let i = 1; i <= rounds; i++) {
      // Who goes first changes, so that neither always meets a warmer processor.
      const turns = [ours, opponent].filter((entrant) => entrant !== null);
      for (const entrant of i % 2 === 0 ? turns.toReversed() : turns) {
        entrant.measured.rounds.push(await entrant.contestant.round(i));
      }
      if (opponent) ratios.push(lastRate(ours) / lastRate(opponent));
      const ratio = opponent ? `; the peer ${describe(work, opponent)}: ${ratios.at(-1)?.toFixed(2)} times` : '';
      log(`  round ${i}: ours ${describe(work, ours)}${ratio}`);
    }
    return {
      ...measured,
      contest: {
        ours: ours.measured.mode,
        opponent: opponent?.measured.mode ?? null,
        ratios,
        ratio: opponent ? spread(ratios) : null,
        rate: spread(ours.measured.rounds.slice(1).map(rateOf)),
      },
      check: checkValues(work.check, measured.ours, measured.peers),
    };
  } finally {
    for (const { contestant } of entrants) contestant.end();
  }
}

/** Starts a mode and has it do round 0. */
async function enter(work: Work, mode: Mode, folder: string): Promise<Entrant> {
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
const describe = ({ unit }: Work, entrant: Entrant) =>
  `${lastRate(entrant).toPrecision(4)} ${unit}/s in ${lastRound(entrant).seconds.toFixed(1)} s`;
