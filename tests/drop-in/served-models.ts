import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Laurel } from '@laurel/sdk';
import type { Service } from '../../scripts/demo/service.ts';
import { makeHome } from '../end-to-end/temporary-service.ts';

const TINY = fileURLToPath(new URL('../parity/fixtures/families/gpt2', import.meta.url));

/** A service with an endpoint `june-policy` that generates and one `june-reward` that scores, and keys that other services' clients may have. */
export interface ServedModels {
  service: Service;
  keys: Record<'scoring' | 'narrow' | 'foreign', string>;
  stop(): Promise<void>;
}

/** Serves two tiny models as transformers saved them. */
export async function serveModels(): Promise<ServedModels> {
  const models = await mkdtemp(join(tmpdir(), 'laurel-drop-in-'));
  await cp(TINY, models, { recursive: true });
  const home = await makeHome({ LAUREL_IMPORT_FOLDER: models });
  const service = await home.start();
  const stop = async () => {
    await service.stop();
    await Promise.all([home.remove(), rm(models, { recursive: true })]);
  };
  try {
    await Promise.all([publish(service, 'june-policy', 'policy'), publish(service, 'june-reward', 'reward')]);
    return { service, keys: await makeKeys(service), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function publish({ laurel }: Service, name: string, folder: string): Promise<void> {
  const source = { type: 'folder' as const, path: folder };
  const { id } = await laurel.jobs.create({ type: 'import', output_model: name, source });
  const { model_version } = await laurel.jobs.wait(id);
  await laurel.endpoints.create({ name, model_version: model_version ?? '' });
}

async function makeKeys({ laurel, baseUrl }: Service): Promise<ServedModels['keys']> {
  const scoring = await laurel.keys.create({ name: 'scoring', scopes: ['score'] });
  const narrow = await laurel.keys.create({ name: 'narrow', scopes: ['models:read'] });
  const { secret } = await laurel.projects.create({ name: 'others' });
  const foreign = await new Laurel({ baseUrl, apiKey: secret }).keys.create({ name: 'foreign', scopes: ['score'] });
  return { scoring: scoring.secret, narrow: narrow.secret, foreign: foreign.secret };
}
