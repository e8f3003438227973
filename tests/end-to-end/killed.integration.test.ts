import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Service } from '../../scripts/demo/service.ts';
import { type Home, makeHome } from './temporary-service.ts';
import { tinyMaterial } from './tiny-material.ts';
import { workerOf } from './worker-process.ts';

const { texts, settings } = tinyMaterial();
/** So many that training takes several times as long as a worker waits between two checkpoints, on a fast machine too. */
const EPOCHS = 100;
const CHECKPOINT_SECONDS = '2';

let home: Home;
let service: Service;
let dataset: string;
/** Hash of the model that the job makes when nothing happens to it. */
let undisturbed: string;

beforeAll(async () => {
  home = await makeHome({ LAUREL_CHECKPOINT_SECONDS: CHECKPOINT_SECONDS });
  service = await home.start();
  dataset = (await service.laurel.datasets.upload({ kind: 'text', name: 'texts' }, texts)).id;
  const job = await service.laurel.jobs.wait(await startTraining());
  undisturbed = await modelHash(job.id);
}, 300_000);

afterAll(async () => {
  await service?.stop();
  await home?.remove();
});

/** A job that takes long enough to be disturbed, and always does the same. */
async function startTraining(): Promise<string> {
  const { architecture, vocabulary_size, hyperparameters } = settings.pretrain;
  const job = await service.laurel.jobs.create({
    type: 'pretrain',
    output_model: 'disturbed',
    seed: 3,
    dataset,
    architecture,
    vocabulary_size,
    hyperparameters: { ...hyperparameters, epochs: EPOCHS },
  });
  return job.id;
}

/** Waits until the job's worker has written a checkpoint, and a little longer: what follows it will be done again. */
async function passCheckpoint(jobId: string): Promise<void> {
  for await (const { type } of service.laurel.jobs.stream(jobId)) {
    if (type !== 'checkpoint') continue;
    await setTimeout(1_000);
    return;
  }
  throw new Error(`${jobId} ended before its first checkpoint: it is too short for this test.`);
}

async function modelHash(jobId: string): Promise<string> {
  const { model_version } = await service.laurel.jobs.get(jobId);
  return (await service.laurel.models.version(model_version ?? '')).manifest_sha256;
}

test('a worker killed in mid-training: another resumes, and ends with the same weights', async () => {
  const job = await startTraining();
  await passCheckpoint(job);
  process.kill(await workerOf(job), 'SIGKILL');
  const ended = await service.laurel.jobs.wait(job);
  expect(ended.attempt).toBe(2);
  expect(await modelHash(job)).toBe(undisturbed);
});

test('a server killed in mid-job: the job goes on and ends right after the restart', async () => {
  const job = await startTraining();
  await passCheckpoint(job);
  service.process.kill('SIGKILL');
  await service.ended;
  service = await home.start();
  const ended = await service.laurel.jobs.wait(job);
  expect(ended.state).toBe('succeeded');
  expect(await modelHash(job)).toBe(undisturbed);
});

test('both killed at once: the job is taken up again after the restart', async () => {
  const job = await startTraining();
  await passCheckpoint(job);
  const worker = await workerOf(job);
  service.process.kill('SIGKILL');
  process.kill(worker, 'SIGKILL');
  await service.ended;
  service = await home.start();
  const ended = await service.laurel.jobs.wait(job);
  expect(ended.attempt).toBe(2);
  expect(await modelHash(job)).toBe(undisturbed);
});
