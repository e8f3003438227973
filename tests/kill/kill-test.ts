/**
 * `npm run kill-test [-- --times 20 --seed 1]`: kills the API, workers and the scoring server of a service of its own with
 * `kill -9`, at random moments and so many times, while customers upload, train, deploy and score; and starts the API again each time.
 * After each kill every customer compares what is there with all that was acknowledged to it; after each round all jobs are waited for,
 * and compared with undisturbed runs of the same, the service is stopped, and neither a process nor anything that the doctor finds may
 * be left. The seed decides what is done, and when and what is killed; not how the processes interleave.
 *
 * Exit codes: 0 every promise was kept; 1 one was not: it prints which, and keeps the data folder.
 */
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { RandomGenerator } from '@laurel/learning';
import { stopAndExamine } from './aftermath.ts';
import { Caller } from './caller.ts';
import type { Customer } from './customer.ts';
import { DatasetPartsCustomer } from './customers/dataset-parts.ts';
import { DatasetCustomer } from './customers/datasets.ts';
import { EndpointCustomer } from './customers/endpoints.ts';
import { JobCustomer } from './customers/jobs.ts';
import { PipelineCustomer } from './customers/pipelines.ts';
import { ScoreCustomer } from './customers/scores.ts';
import { Installation } from './installation.ts';
import { killOne, TARGETS } from './killer.ts';
import { makeReferences } from './references.ts';

const KILLS_A_ROUND = 50;
const LONGEST_GAP_MS = 4_000;
/** Of all kills, the share that does not wait for the API to be up again. */
const WHILE_STARTING = 0.2;

const { values } = parseArgs({
  options: { times: { type: 'string', default: '20' }, seed: { type: 'string', default: '1' } },
});
const [times, seed] = [Number(values.times), Number(values.seed)];
const startMs = performance.now();
const elapsed = () => `${((performance.now() - startMs) / 1000).toFixed(1).padStart(7)} s`;
const say = (what: string) => console.log(`${elapsed()}  ${what}`);

const kills: Record<string, number> = Object.fromEntries(TARGETS.map((target) => [target, 0]));
let killed = 0;

/** Lets the customers act and the killer kill, until so many more were killed; then everything is brought to its end and examined. */
async function doRound(installation: Installation, customers: Customer[], random: RandomGenerator, until: number) {
  const kill = async () => {
    while (killed < until) {
      if (random.uniform() > WHILE_STARTING) await installation.untilUp();
      await setTimeout(random.uniform() * LONGEST_GAP_MS);
      const { target, job } = await killOne(installation, random);
      kills[target] = (kills[target] ?? 0) + 1;
      say(`kill ${++killed}: ${target}${job ? ` of ${job}` : ''}`);
    }
  };
  const use = async (customer: Customer) => {
    let seen = killed;
    while (killed < until) {
      await customer.act();
      if (seen === killed) continue;
      seen = killed;
      await customer.verify();
    }
  };
  await Promise.all([kill(), ...customers.map(use)]);
  await Promise.all(customers.map((customer) => customer.settle()));
  for (const customer of customers) await customer.verify();
  await stopAndExamine(installation);
  say('all jobs have ended right, all that was acknowledged is there, the doctor finds nothing');
}

const installation = await Installation.create();
console.log(`seed ${seed}, ${times} kills, data in ${installation.folder}`);
try {
  await installation.start();
  const caller = new Caller(installation);
  const random = RandomGenerator.fromSeed(seed);
  const references = await makeReferences(installation.client(2));
  const { jobs, pipeline, rewardModels } = references;
  const customers = [
    new DatasetCustomer(caller, random.fork('datasets a'), 'a'),
    new DatasetCustomer(caller, random.fork('datasets b'), 'b'),
    new DatasetPartsCustomer(caller, random.fork('parts')),
    new JobCustomer(caller, random.fork('jobs'), jobs, 'kill'),
    new PipelineCustomer(caller, random.fork('pipelines'), pipeline),
    new EndpointCustomer(caller, random.fork('endpoints'), rewardModels),
    await ScoreCustomer.create(caller, random.fork('scores'), rewardModels),
  ];
  say(`${jobs.length} jobs done undisturbed`);
  while (killed < times) {
    if (killed > 0) await installation.start();
    await doRound(
      installation,
      customers,
      random.fork(`kills from ${killed}`),
      Math.min(times, killed + KILLS_A_ROUND),
    );
  }
  console.log(`\n${killed} kills: ${TARGETS.map((target) => `${kills[target]} of the ${target}`).join(', ')}`);
  console.log(`${'tried'.padEnd(20)}acknowledged  refused  lost`);
  for (const [what, { acknowledged, refused, lost }] of caller.tally) {
    console.log(
      `${what.padEnd(20)}${String(acknowledged).padStart(12)}${String(refused).padStart(9)}${String(lost).padStart(6)}`,
    );
  }
  await installation.remove();
  say('every promise was kept');
} catch (error) {
  await installation.abandon();
  say(`failed after kill ${killed}, seed ${seed}; the data are kept in ${installation.folder}`);
  console.error(error);
  process.exit(1); // the other customers are still at it
}
