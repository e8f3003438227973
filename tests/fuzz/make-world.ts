import type { Laurel } from '@laurel/sdk';
import { publish } from '../../scripts/demo/publish.ts';
import { Runner } from '../../scripts/demo/runner.ts';
import type { Service } from '../../scripts/demo/service.ts';
import { trainModels } from '../../scripts/demo/train-models.ts';
import { uploadMaterial } from '../../scripts/demo/upload-material.ts';
import { tinyMaterial } from '../end-to-end/tiny-material.ts';

/** Values that requests take, by what they name. */
export type Pools = Record<string, (string | number)[]>;

/** What there is before the first request. */
export interface World {
  pools: Pools;
  /** Ids of what all else rests on. */
  kept: string[];
}

/** How many objects there are of a kind that requests may end. */
const SPARE = 40;

/** Nobody. */
const RECEIVER = 'http://127.0.0.1:9/hook';

/**
 * Has one of everything made, in a project that nobody else uses: models trained and served, datasets of every kind, jobs with a report
 * and with a file, and spare objects to delete.
 */
export async function makeWorld(service: Service): Promise<World> {
  const { laurel } = service;
  const material = tinyMaterial();
  const runner = new Runner(laurel);
  const data = await uploadMaterial(runner, material);
  const { sft, rewardModel, policy } = await trainModels(runner, data, material.settings, 1);
  const judge = { reward_model: rewardModel, reference_policy: sft, dataset: data.heldOutDemonstrations };
  const evaluation = await runner.run({ type: 'evaluation', ...judge, ...material.settings.evaluation });
  const exported = await runner.run({ type: 'export', source: { type: 'model_version', model_version: policy } });

  const reward = await publish(laurel, 'judge', rewardModel);
  await publish(laurel, 'judge', rewardModel);
  await laurel.endpoints.route(reward, { live: 2, split: [{ version: 1, share: 0.3 }], shadow: 1 });
  const writer = await publish(laurel, 'writer', policy);

  await laurel.models.moveAlias('demo-policy', 'best', { model_version: policy, reason: 'The first.' });
  const told = await laurel.webhookEndpoints.create({ url: RECEIVER });
  const delivery = await laurel.webhookEndpoints.test(told.id);
  const upload = await laurel.modelUploads.create();
  await laurel.modelUploads.putFile(upload.id, 'config.json', '{}');
  const loop = { name: 'loop', base: sft, demonstrations: data.demonstrations, comparisons: data.comparisons };
  const pipeline = await laurel.pipelines.create({ ...loop, held_out: data.heldOutDemonstrations });
  await laurel.pipelines.cancel(pipeline.id);

  const spareDatasets = await times(SPARE, (i) =>
    laurel.datasets.upload({ kind: 'text', name: 'spare' }, [{ text: `Row ${i}.` }]),
  );
  const [deleted] = spareDatasets.splice(0, 1);
  await laurel.datasets.delete(deleted?.id ?? '');
  const other = await laurel.projects.create({ name: 'other' });
  const spareKeys = await times(SPARE, () => laurel.keys.create({ name: 'spare', scopes: ['score'] }));
  const [versions, models, jobs, projects] = await Promise.all([
    versionsOf(laurel),
    collect(laurel.models.list()),
    collect(laurel.jobs.list()),
    collect(laurel.projects.list()),
  ]);
  const files = await laurel.models.files(policy);
  const inParts = await beginUploadInParts(service);
  return {
    pools: {
      datasets: Object.values(data),
      texts: [data.texts],
      demonstrations: [data.demonstrations, data.heldOutDemonstrations],
      comparisons: [data.comparisons, data.heldOutComparisons],
      deletions: [deleted?.id ?? ''],
      spareDatasets: ids(spareDatasets),
      spareKeys: ids(spareKeys),
      versions,
      models: ids(models),
      aliases: ['best', 'next'],
      organisations: projects.map(({ organisation }) => organisation),
      jobs: ids(jobs),
      evaluations: [evaluation.id],
      exports: [exported.id],
      projects: ids(projects),
      otherProjects: [other.id],
      judges: [reward, 'judge'],
      writers: [writer, 'writer'],
      endpoints: [reward, writer],
      uploads: [upload.id],
      datasetUploads: [inParts.id],
      partNumbers: [1],
      partExpiries: [inParts.expires],
      partSignatures: [inParts.signature],
      webhookEndpoints: [told.id],
      deliveries: [delivery.id],
      receivers: [RECEIVER],
      pipelines: [pipeline.id],
      fileNames: files.map(({ name }) => name),
      timeouts: [100_000],
      uploadNames: ['config.json', 'tokenizer.json', 'model.safetensors'],
    },
    kept: [...Object.values(data), ...ids(projects.filter(({ id }) => id !== other.id)), reward, writer, told.id],
  };
}

/** An upload in parts, and what grants its first one. */
async function beginUploadInParts({ baseUrl, apiKey }: Service) {
  const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' };
  const body = JSON.stringify({ kind: 'text', name: 'in parts', size_bytes: 100 });
  const made = await fetch(`${baseUrl}/v1/dataset-uploads`, { method: 'POST', headers, body });
  const { id } = (await made.json()) as { id: string };
  const granted = await fetch(`${baseUrl}/v1/dataset-uploads/${id}/part-urls`, { headers });
  const { data } = (await granted.json()) as { data: { url: string }[] };
  const { searchParams } = new URL(data[0]?.url ?? '', baseUrl);
  return { id, expires: Number(searchParams.get('expires')), signature: searchParams.get('signature') ?? '' };
}

const ids = (objects: { id: string }[]) => objects.map(({ id }) => id);

async function versionsOf(laurel: Laurel): Promise<string[]> {
  const models = await collect(laurel.models.list());
  return ids((await Promise.all(models.map(({ id }) => collect(laurel.models.versions(id))))).flat());
}

async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const collected: Item[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}

async function times<Item>(count: number, make: (i: number) => Promise<Item>): Promise<Item[]> {
  const made: Item[] = [];
  for (let i = 0; i < count; i++) made.push(await make(i));
  return made;
}
