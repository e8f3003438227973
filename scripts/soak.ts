/**
 * `npm run soak [-- --steps 1000 --only ppo]`: does so many steps of every trainer, on tiny models and the best engine that
 * the machine has (LAUREL_ENGINE chooses another), and prints what is held on the way; and trains each to the end twice, once with a stop
 * in the middle. Fails where memory grows, or where the two ends differ in a bit.
 */
import { createHash } from 'node:crypto';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { loadEngine } from '../gpu-workers/engine/native.ts';
import { isFlat, type WatchedStep, watchSteps } from '../packages/learning/trainers/testing/flatness.ts';
import { trainWithAndWithoutStop } from '../packages/learning/trainers/testing/tiny.ts';
import { type TinyTrainer, tinyTrainers } from '../packages/learning/trainers/testing/tiny-trainers.ts';

/** The fewest steps that a tiny trainer does, its `times` being 1: PPO's. */
const STEPS_ONCE = 3;
const MEBIBYTE = 2 ** 20;
/** Runs that are stopped and resumed are so many times as long as those of the tests. */
const RESUMED_TIMES = 8;

const { values } = parseArgs({
  options: { steps: { type: 'string', default: '1000' }, only: { type: 'string' } },
});
const steps = Number(values.steps);
const { grade, precision, kernels } = await loadEngine();
console.log(`engine ${grade}, ${precision}; ${steps} steps of each trainer`);

const trainers = tinyTrainers(kernels, Math.ceil(steps / STEPS_ONCE));
const names = (Object.keys(trainers) as TinyTrainer[]).filter(
  (name) => values.only === undefined || name === values.only,
);

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
/** What the process holds, without what JavaScript has only not collected yet. */
function residentMiB(): number {
  collectGarbage();
  return Math.round(process.memoryUsage().rss / MEBIBYTE);
}

for (const name of names) {
  const trainer = await trainers[name]();
  const startMs = performance.now();
  const resident: number[] = [];
  const watched: WatchedStep[] = await watchSteps(trainer, steps, (done) => {
    if (done % Math.ceil(steps / 5) === 0) resident.push(residentMiB());
  });
  const [first, last] = [watched[1], watched.at(-1)];
  const flat = isFlat(watched);
  if (!flat) process.exitCode = 1;
  console.log(
    `${flat ? 'flat ' : 'GROWS'} ${name}: ${watched.length} steps in ${Math.round((performance.now() - startMs) / 1000)} s; ` +
      `tensors ${first?.tensors} → ${last?.tensors}, bytes ${first?.bytes} → ${last?.bytes}; ` +
      `process ${resident.join(', ')} MiB`,
  );
  trainer.dispose();
}

const hashOf = (files: Record<string, Uint8Array>) =>
  createHash('sha256')
    .update(files['model.safetensors'] ?? '')
    .digest('hex')
    .slice(0, 12);

console.log('\nSHA-256 of the weights at the end: straight through, and resumed from a checkpoint in the middle');
for (const [name, create] of Object.entries(tinyTrainers(kernels, RESUMED_TIMES))) {
  const { straight, resumed, steps } = await trainWithAndWithoutStop(create);
  const [whole, continued] = [hashOf(straight), hashOf(resumed)];
  if (whole !== continued) process.exitCode = 1;
  console.log(`${whole === continued ? 'equal ' : 'DIFFER'} ${name}: ${steps.length} steps; ${whole} ${continued}`);
}
