import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ScoringItem } from '@laurel/learning';
import { prepareMaterial, writeModels } from '../../bench/prepare.ts';
import { scoringItems } from '../../bench/scoring/scoring-items.ts';
import type { Service } from '../../scripts/demo/service.ts';
import { makeHome } from '../end-to-end/temporary-service.ts';

/** A service with an endpoint that scores. */
export interface ScoredService {
  service: Service;
  endpoint: string;
  /** Real posts with four candidates each. */
  items: ScoringItem[];
  stop(): Promise<void>;
}

/** Starts a service on a folder of its own and publishes a reward model of 6 × 256 with random weights: load does not ask what a score says. */
export async function startScoredService(): Promise<ScoredService> {
  const models = await mkdtemp(join(tmpdir(), 'laurel-load-'));
  const { comparisons, tokenizer } = prepareMaterial();
  await writeModels(models, '6x256', tokenizer);
  const home = await makeHome({ LAUREL_IMPORT_FOLDER: models });
  const service = await home.start();
  const stop = async () => {
    await service.stop();
    await Promise.all([home.remove(), rm(models, { recursive: true })]);
  };
  try {
    const endpoint = await publish(service);
    return { service, endpoint, items: scoringItems(comparisons), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function publish({ laurel }: Service): Promise<string> {
  const source = { type: 'folder' as const, path: 'reward-model' };
  const { id } = await laurel.jobs.create({ type: 'import', output_model: 'random', source });
  const { model_version } = await laurel.jobs.wait(id);
  const endpoint = await laurel.endpoints.create({ name: 'load', model_version: model_version ?? '' });
  return endpoint.id;
}
