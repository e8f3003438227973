import type { z } from '@hono/zod-openapi';
import { type JobSpec, newId } from '@laurel/contracts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exampleIds } from './http/example-ids.ts';
import { routesOf } from './http/route-of.ts';
import { describeApi } from './openapi.ts';
import { pretrain, trainModel, upload } from './testing/fixtures.ts';
import { createTestApi, type TestApi } from './testing/test-api.ts';

interface Media {
  schema: z.ZodType;
  example?: unknown;
  examples?: Record<string, { value: unknown }>;
}
interface Example {
  name: string;
  schema: z.ZodType;
  value: unknown;
}
interface Route {
  operationId: string;
  method: string;
  path: string;
  request?: { body?: { content: Record<string, Media> } };
  responses: Record<string, { content?: Record<string, Media> }>;
}

let api: TestApi;
/** What stands for the ids that examples name. */
let real: Record<string, string>;

beforeAll(async () => {
  api = await createTestApi();
  const [text, demonstrations, comparisons] = [
    await upload(api, 'text'),
    await upload(api, 'demonstrations'),
    await upload(api, 'comparisons'),
  ];
  const base = await trainModel(api, pretrain(text), 'base');
  const spec = { type: 'reward_model', output_model: 'r', parent: base, dataset: comparisons };
  const rewardModel = await trainModel(api, { ...spec, reference_dataset: demonstrations } as JobSpec, 'reward_model');
  const sft = { type: 'sft', output_model: 'p', parent: base, dataset: demonstrations } as JobSpec;
  const policy = await trainModel(api, sft, 'policy');
  const make = async (path: string, json: object) => (await (await api.call('POST', path, { json })).json()).id;
  const endpoint = await make('/v1/endpoints', { name: 'scores', model_version: rewardModel });
  await make(`/v1/endpoints/${endpoint}/versions`, { model_version: rewardModel, live: false });
  await make('/v1/endpoints', { name: 'writes', model_version: base });
  real = {
    text,
    demonstrations,
    comparisons,
    base,
    policy,
    rewardModel,
    endpoint,
    job: newId('job'),
    key: newId('key'),
  };
}, 60_000);
afterAll(() => api.close());

const examplesOf = (media: Media): Example[] => [
  ...(media.example === undefined ? [] : [{ name: 'example', schema: media.schema, value: media.example }]),
  ...Object.entries(media.examples ?? {}).map(([name, { value }]) => ({ name, schema: media.schema, value })),
];

/** An object of the path's kind, or the endpoint that the operation asks. */
function pathOf({ operationId, path }: Route): string {
  const ids: Record<string, string | undefined> = {
    endpoints: operationId === 'endpoints.generate' ? 'writes' : real.endpoint,
    models: 'base',
    'model-versions': real.base,
  };
  return path.replace('{id}', ids[path.split('/')[2] ?? ''] ?? 'none').replace('{alias}', 'production');
}

/** As the document shows it, which keeps examples of parameters in their schemas. */
function queryOf({ path, method }: Route): string {
  const operation = describeApi().paths?.[path]?.[method as 'post'];
  const query = new URLSearchParams();
  for (const parameter of operation?.parameters ?? []) {
    if (!('in' in parameter) || parameter.in !== 'query' || !parameter.schema || '$ref' in parameter.schema) continue;
    const { example } = parameter.schema;
    if (example !== undefined) query.set(parameter.name, String(example));
  }
  return query.size > 0 ? `?${query}` : '';
}

const withRealIds = (text: string): string =>
  Object.entries(exampleIds).reduce((made, [name, id]) => made.replaceAll(id, real[name] ?? ''), text);

async function send(route: Route, type: string, { value }: Example): Promise<Response> {
  const body = withRealIds(typeof value === 'string' ? value : JSON.stringify(value));
  const headers = { 'content-type': type, 'idempotency-key': crypto.randomUUID() };
  return api.call(route.method.toUpperCase(), `${pathOf(route)}${queryOf(route)}`, { body, headers });
}

/** The schema of what an answer of this status is; fails where the route names none. */
function answerSchema(route: Route, { status }: Response): z.ZodType {
  const schema = route.responses[String(status)]?.content?.['application/json']?.schema;
  if (!schema) throw new Error(`${route.operationId} answered ${status}, of which it says nothing.`);
  return schema;
}

test('the requests that are shown are taken, and answered as the routes say', async () => {
  const sent: string[] = [];
  for (const route of routesOf(api.app) as unknown as Route[]) {
    for (const [type, media] of Object.entries(route.request?.body?.content ?? {})) {
      for (const example of examplesOf(media)) {
        const what = `${route.operationId}, ${example.name}`;
        const answer = await send(route, type, example);
        const told = await answer.json();
        expect({ what, told, status: answer.status }).toEqual({
          what,
          told,
          status: expect.toSatisfy((status) => status < 300),
        });
        expect({ what, told: answerSchema(route, answer).parse(told) }).toEqual({ what, told });
        sent.push(route.operationId);
      }
    }
  }
  expect([...new Set(sent)].toSorted()).toEqual([
    'datasets.upload',
    'endpoints.compare',
    'endpoints.create',
    'endpoints.explain',
    'endpoints.generate',
    'endpoints.publish',
    'endpoints.rerank',
    'endpoints.route',
    'endpoints.score',
    'jobs.create',
    'jobs.estimate',
    'keys.create',
    'modelVersions.annotate',
    'models.moveAlias',
    'pipelines.create',
  ]);
}, 60_000);

test('the answers that are shown are as the routes say, and have nothing else', () => {
  let shown = 0;
  for (const { operationId, responses } of routesOf(api.app) as unknown as Route[]) {
    for (const { content } of Object.values(responses)) {
      for (const { name, schema, value } of Object.values(content ?? {}).flatMap(examplesOf)) {
        expect({ operationId, name, value: schema.parse(value) }).toEqual({ operationId, name, value });
        shown += 1;
      }
    }
  }
  expect(shown).toBeGreaterThanOrEqual(7);
});
