import { hostname } from 'node:os';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Completion, type ModelKind, type ResultOf, TRAINED_KIND, type TrainingSpec } from '@laurel/contracts';
import { createTrainer, type Files, type JobInputs, type Metrics, type Trainer } from '@laurel/learning';
import { writeManifest } from '@laurel/storage/artifacts';
import { matmulPeakGflops } from '../engine/matmul-peak.ts';
import { Profile } from '../engine/profile.ts';
import { Checkpoints } from './checkpoints.ts';
import { goldenFile } from './golden-file.ts';
import { type Job, stopIfTold } from './job.ts';
import { namingLastGood } from './naming-last-good.ts';
import { isToBeContinued, Stop } from './stop.ts';

/** Trains from the newest checkpoint, or from the start, to the end; the model is at `<prefix>/model/` then. */
export async function trainJob(job: Job, spec: TrainingSpec, inputs: JobInputs): Promise<Completion> {
  const { files, metrics } = await train(job, spec, inputs);
  const result = await publish(job, TRAINED_KIND[spec.type], files);
  return { result, metrics: finite(metrics) };
}

/** The trainer and its tensors are gone when the files are there. */
async function train(job: Job, spec: TrainingSpec, inputs: JobInputs): Promise<{ files: Files; metrics: Metrics }> {
  const { claim, store, engine, reporter } = job;
  const checkpoints = new Checkpoints(store, claim.artifact_prefix);
  const checkpoint = await checkpoints.latest(({ step, reason }) => {
    reporter.event('warning', { code: 'checkpoint_unusable', step, detail: reason });
  });
  enterStage(job, 'preparing', checkpoint?.step);
  const profile = spec.profile ? new Profile(engine.grade === 'fused' ? matmulPeakGflops() : null) : null;
  const kernels = profile?.wrap(engine.kernels) ?? engine.kernels;
  const trainer = await createTrainer(kernels, spec, inputs, checkpoint?.files);
  try {
    reporter.event('settings', settingsInForce(job, spec.seed, trainer));
    enterStage(job, 'training', trainer.step, trainer.totalSteps);
    const last = await advanceToEnd(job, trainer, checkpoints, profile);
    enterStage(job, 'publishing', trainer.step, trainer.totalSteps);
    const { files, metrics } = await trainer.finish();
    return { files, metrics: { ...last, ...metrics } };
  } finally {
    profile?.end();
    trainer.dispose();
  }
}

/** Returns what the last step measured. */
async function advanceToEnd(
  job: Job,
  trainer: Trainer,
  checkpoints: Checkpoints,
  profile: Profile | null,
): Promise<Metrics> {
  let last: Metrics = {};
  let savedMs = Date.now();
  const save = async () => {
    await checkpoints.save(trainer.step, await trainer.checkpoint());
    job.reporter.event('checkpoint', { step: trainer.step });
    savedMs = Date.now();
  };
  while (!trainer.finished) {
    last = await advance(job, trainer, profile).catch(async (error: unknown) => {
      throw await namingLastGood(error, checkpoints);
    });
    if (Date.now() - savedMs >= job.checkpointEveryMs) await save();
    await nextTurn(); // lets a signal through
    try {
      stopIfTold(job);
    } catch (stop) {
      if (stop instanceof Stop && isToBeContinued(stop.reason)) await save();
      throw stop;
    }
  }
  if (trainer.earlyStop !== null) job.reporter.event('early_stop', { step: trainer.step, reason: trainer.earlyStop });
  return last;
}

async function advance({ reporter }: Job, trainer: Trainer, profile: Profile | null): Promise<Metrics> {
  const startMs = performance.now();
  const metrics = await trainer.advance();
  const stepSeconds = (performance.now() - startMs) / 1000;
  reporter.metrics(trainer.step, { ...metrics, ...profile?.take(stepSeconds), step_seconds: stepSeconds });
  reporter.progress('training', trainer.step, trainer.totalSteps);
  return metrics;
}

async function publish({ store, claim, engine }: Job, kind: ModelKind, files: Files): Promise<ResultOf<'model'>> {
  const prefix = `${claim.artifact_prefix}/model`;
  const { manifestSha256 } = await writeManifest(store, prefix, { ...files, ...goldenFile(engine, files) });
  const config = JSON.parse(new TextDecoder().decode(files['config.json'])) as Record<string, unknown>;
  return { type: 'model', kind, prefix, manifest_sha256: manifestSha256, config };
}

function enterStage({ reporter }: Job, stage: string, step = 0, totalSteps = 0): void {
  reporter.progress(stage, step, totalSteps);
  reporter.event('stage', { stage, step });
}

function settingsInForce({ claim, engine }: Job, seed: number, trainer: Trainer): Record<string, unknown> {
  const { grade, precision } = engine;
  return {
    ...trainer.settings,
    seed,
    engine: grade,
    precision,
    attempt: claim.attempt,
    host: hostname(),
  };
}

const finite = (metrics: Record<string, number>) =>
  Object.fromEntries(Object.entries(metrics).filter(([, value]) => Number.isFinite(value)));
