import { createHash } from 'node:crypto';
import { openAsBlob } from 'node:fs';
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GOLDEN_FILE } from '@laurel/contracts';
import type { JobSpec } from '@laurel/sdk';
import { artifactStoreFromEnv } from '@laurel/storage/artifacts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Service } from '../../scripts/demo/service.ts';
import { type S3, startS3 } from '../real-parts/index.ts';
import { type HubStandIn, startHub } from '../stand-ins/start-hub.ts';
import { type Home, makeHome } from './temporary-service.ts';

/** Models as transformers saved them, of four families. */
const savedBy = (family: string, kind = 'policy') =>
  fileURLToPath(new URL(`../parity/fixtures/families/${family}/${kind}`, import.meta.url));
const COMMIT = '0123456789abcdef0123456789abcdef01234567';

let hub: HubStandIn;
let s3: S3;
let models: string;
let home: Home;
let service: Service;
let dataset: string;

const filesOf = async (folder: string): Promise<Record<string, Uint8Array>> =>
  Object.fromEntries(
    await Promise.all((await readdir(folder)).map(async (name) => [name, await readFile(join(folder, name))] as const)),
  );

beforeAll(async () => {
  [hub, s3] = await Promise.all([startHub(), startS3()]);
  hub.repositories['org/llama'] = { commit: COMMIT, revisions: ['main'], files: await filesOf(savedBy('llama')) };
  models = await mkdtemp(join(tmpdir(), 'laurel-models-'));
  await cp(savedBy('gpt_neox'), join(models, 'neox'), { recursive: true });
  Object.assign(process.env, s3.env); // where the AWS SDK finds the credentials
  const store = artifactStoreFromEnv({ ...s3.env, LAUREL_ARTIFACTS: `s3://${s3.bucket}/models/qwen2` });
  for (const [name, content] of Object.entries(await filesOf(savedBy('qwen2')))) await store.put(name, content);

  home = await makeHome({
    ...s3.env,
    HF_ENDPOINT: hub.endpoint,
    LAUREL_IMPORT_FOLDER: models,
    LAUREL_IMPORT_S3: `s3://${s3.bucket}/models`,
  });
  service = await home.start();
  const rows = ['kite', 'lamp'].map((thing) => ({ prompt: `A ${thing}.\nTL;DR:`, completion: ` ${thing}` }));
  dataset = (await service.laurel.datasets.upload({ kind: 'demonstrations', name: 'few' }, rows)).id;
}, 900_000);

afterAll(async () => {
  await service?.stop();
  await home?.remove();
  await Promise.all([hub?.stop(), s3?.stop()]);
  await rm(models, { recursive: true, force: true });
});

/** Does a job to its end. Answers the model version that it made. */
async function made(spec: JobSpec): Promise<string> {
  const { laurel } = service;
  return (await laurel.jobs.wait((await laurel.jobs.create(spec)).id)).model_version ?? '';
}

type Source = Extract<JobSpec, { type: 'import' }>['source'];
const imported = (source: Source, output_model = 'theirs') => made({ type: 'import', output_model, source });

async function uploaded(folder: string): Promise<string> {
  const { id } = await service.laurel.modelUploads.create();
  for (const name of await readdir(folder)) {
    if (!name.startsWith('config-'))
      await service.laurel.modelUploads.putFile(id, name, await openAsBlob(join(folder, name)));
  }
  return id;
}

/** Trains on it for a step, and has what came out generate. */
async function expectUsable(version: string, name: string): Promise<void> {
  const { laurel } = service;
  const hyperparameters = { batch_size: 2, epochs: 1 };
  const policy = await made({ type: 'sft', parent: version, dataset, output_model: name, hyperparameters });
  const endpoint = await laurel.endpoints.create({ name, model_version: policy });
  const { prompts } = await laurel.endpoints.generate(endpoint.id, {
    prompts: ['A kite.\nTL;DR:'],
    n: 1,
    max_tokens: 4,
  });
  expect(prompts[0]?.samples).toHaveLength(1);
}

describe('a model can be trained on that comes from', () => {
  test('a hub: a Llama, at its commit', async () => {
    const version = await imported({ type: 'hub', repo: 'org/llama', revision: 'main' });
    expect(await service.laurel.models.version(version)).toMatchObject({
      kind: 'base',
      origin: { type: 'hub', repo: 'org/llama', revision: 'main', commit: COMMIT },
    });
    await expectUsable(version, 'from-hub');
  });

  test('S3: a Qwen2', async () => {
    const uri = `s3://${s3.bucket}/models/qwen2`;
    await expectUsable(await imported({ type: 's3', uri }), 'from-s3');
  });

  test('a folder: a GPT-NeoX', async () => {
    await expectUsable(await imported({ type: 'folder', path: 'neox' }), 'from-folder');
  });

  test('an upload: a GPT-2', async () => {
    await expectUsable(await imported({ type: 'upload', upload: await uploaded(savedBy('gpt2')) }), 'from-upload');
  });
});

test('an imported reward model scores, and is downloaded as it came, with golden scores beside it', async () => {
  const { laurel } = service;
  const folder = savedBy('gpt2', 'reward');
  const version = await imported({ type: 'upload', upload: await uploaded(folder) }, 'their-reward');
  expect(await laurel.models.version(version)).toMatchObject({ kind: 'reward_model' });
  const endpoint = await laurel.endpoints.create({ name: 'their-reward', model_version: version });
  const scored = await laurel.endpoints.score(endpoint.id, { items: [{ prompt: 'A post.', completions: ['One.'] }] });
  expect(scored.items[0]?.scores).toHaveLength(1);

  const files = await laurel.models.files(version);
  expect(files.map(({ name }) => name)).toContain(GOLDEN_FILE);
  for (const { name, sha256 } of files.filter((file) => file.name !== GOLDEN_FILE)) {
    const downloaded = new Uint8Array(await new Response(await laurel.models.download(version, name)).arrayBuffer());
    expect(createHash('sha256').update(downloaded).digest('hex')).toBe(sha256);
    expect(Buffer.compare(downloaded, await readFile(join(folder, name)))).toBe(0);
  }
});

test.each<[string, Source, RegExp]>([
  ['a repository that does not exist', { type: 'hub', repo: 'org/none', revision: 'main' }, /does not exist/],
  ['a folder elsewhere', { type: 'folder', path: '/etc' }, /LAUREL_IMPORT_FOLDER/],
])('%s ends the job with the reason', async (_, source, reason) => {
  await expect(imported(source)).rejects.toThrow(reason);
});
