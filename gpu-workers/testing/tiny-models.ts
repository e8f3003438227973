import type { ServedModel } from '@laurel/contracts';
import {
  createTrainer,
  disposeParameters,
  initialiseRewardHead,
  type Kernels,
  RandomGenerator,
  readModelFiles,
  writeModelFiles,
} from '@laurel/learning';
import { type ArtifactStore, writeManifest } from '@laurel/storage/artifacts';
import { readInputs } from '../train/inputs.ts';
import { tinyJob } from './tiny-job.ts';

/** Stores an untrained policy of 1 layer × 8, and a reward model on top of it whose references score 0 at a raw score of 0.5. */
export async function tinyModels(kernels: Kernels, store: ArtifactStore) {
  const claim = await tinyJob(store, { steps: 4 });
  if (claim.spec.type !== 'pretrain') throw new Error('the tiny job pretrains');
  const trainer = await createTrainer(kernels, claim.spec, await readInputs(store, claim));
  const { files } = await trainer.finish();
  trainer.dispose();

  const model = readModelFiles(files);
  Object.assign(model.decoder.parameters, initialiseRewardHead(8, RandomGenerator.fromSeed(1)));
  const rewardFiles = writeModelFiles({ ...model, kind: 'reward_model', rewardBias: -0.5 });
  disposeParameters(model.decoder.parameters);

  const publish = async (prefix: string, contents: typeof files): Promise<ServedModel> => {
    const { manifestSha256 } = await writeManifest(store, prefix, contents);
    return { prefix, manifest_sha256: manifestSha256 };
  };
  return {
    policy: await publish('artifacts/policy/model', files),
    rewardModel: await publish('artifacts/reward-model/model', rewardFiles),
    rewardFiles,
  };
}
