import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { JobSpec } from '@laurel/sdk';
import { pythonWith } from '../../bench/core/python-environment.ts';
import type { Service } from '../../scripts/demo/service.ts';
import { makeHome } from '../end-to-end/temporary-service.ts';
import { configurationOf } from './configuration.ts';
import { makeWorld } from './make-world.ts';
import { standInForWorkers } from './stand-in-workers.ts';
import type { Count } from './tally.ts';

const REQUIREMENTS = fileURLToPath(new URL('requirements.txt', import.meta.url));
/** Of one run of Schemathesis, which keeps in memory what it has sent. */
const MOST_EXAMPLES = 50;
/** About how many requests one example of every operation comes to. */
const REQUESTS_AN_EXAMPLE = 150;
/** The phase `coverage` tries every limit of every schema once: more requests than this. */
const REQUESTS_OF_COVERAGE = 10_000;

/** A service that refuses nobody for asking often, and knows what a job costs. */
const ENVIRONMENT = {
  LAUREL_REQUESTS_PER_MINUTE: '1000000',
  LAUREL_WRONG_KEYS_PER_MINUTE: '1000000',
  LAUREL_WORKER_USD_PER_HOUR: '1',
  LAUREL_LOOPBACK_WEBHOOKS: 'true',
};

export interface FuzzResult {
  counts: Count[];
  /** What each run of Schemathesis ended with; anything but 0 is a finding, which it has printed. */
  exitCodes: number[];
  /** Lines of the service's log that tell of an error. */
  errors: string[];
}

/** Sends at least so many requests, drawn with a seed, to a service of its own that has one of everything. */
export async function runFuzz({ requests, seed }: { requests: number; seed: number }): Promise<FuzzResult> {
  const command = join(dirname(pythonWith('fuzz', REQUIREMENTS)), 'schemathesis');
  const home = await makeHome(ENVIRONMENT);
  const service = await home.start();
  const inFolder = (name: string) => join(home.folder, name);
  const result: FuzzResult = { counts: [], exitCodes: [], errors: [] };
  try {
    const job = await prepare(service, inFolder);
    const workers = standInForWorkers(service, inFolder('workers.json'), job);
    let sent = 0;
    let runs = 0;
    const sendInTurn = async () => {
      while (sent < requests) {
        const phases = runs === 0 && requests > REQUESTS_OF_COVERAGE ? 'coverage' : 'fuzzing,stateful';
        const examples = Math.min(MOST_EXAMPLES, Math.ceil((requests - sent) / REQUESTS_AN_EXAMPLE));
        const run = { phases, examples, seed: seed + runs++ };
        const { counts, exitCode } = await sendRequests(command, service, inFolder, run);
        result.counts.push(...counts);
        result.exitCodes.push(exitCode);
        sent += counts.reduce((sum, { count }) => sum + count, 0);
      }
    };
    // One run uses one core.
    await Promise.all(Array.from({ length: requests > REQUESTS_OF_COVERAGE ? availableParallelism() : 1 }, sendInTurn));
    await workers.stop();
    const log = await readFile(inFolder('logs/server.log'), 'utf8');
    result.errors = log.split('\n').filter((line) => /"level":[56]0/.test(line));
    return result;
  } finally {
    await service.stop();
    await home.remove();
  }
}

/** Makes the world, and writes what Schemathesis is to know of it. Answers a job for workers to have. */
async function prepare(service: Service, inFolder: (name: string) => string): Promise<JobSpec> {
  const { laurel, baseUrl, apiKey } = service;
  const { pools, kept } = await makeWorld(service);
  const document = await (await fetch(`${baseUrl}/v1/openapi.json`)).json();
  await writeFile(inFolder('schemathesis.toml'), configurationOf(document, pools));
  const [ownKey] = (await laurel.keys.list({ limit: 100 }).page()).data.slice(-1);
  const settings = { key: apiKey, key_id: ownKey?.id, kept, workers: inFolder('workers.json') };
  await writeFile(inFolder('fuzz.json'), JSON.stringify(settings));
  await writeFile(inFolder('workers.json'), '[]');
  return {
    type: 'pretrain',
    output_model: 'never',
    dataset: String(pools.texts?.[0]),
    architecture: { layers: 1, width: 16, heads: 1, context: 64 },
    vocabulary_size: 300,
  };
}

async function sendRequests(
  command: string,
  { baseUrl }: Service,
  inFolder: (name: string) => string,
  { phases, examples, seed }: { phases: string; examples: number; seed: number },
): Promise<{ counts: Count[]; exitCode: number }> {
  const countsPath = inFolder(`counts-${seed}.json`);
  const location = `${baseUrl}/v1/openapi.json`;
  const options = { phases, 'max-examples': examples, seed, workers: 1 };
  const flags = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const child = spawn(command, ['--config-file', inFolder('schemathesis.toml'), 'run', location, ...flags], {
    cwd: inFolder(''),
    env: { ...process.env, LAUREL_FUZZ_SETTINGS: inFolder('fuzz.json'), LAUREL_FUZZ_COUNTS: countsPath },
    stdio: 'inherit',
  });
  const [exitCode] = await once(child, 'exit');
  return { counts: JSON.parse(await readFile(countsPath, 'utf8')), exitCode };
}
