import { readFile } from 'node:fs/promises';
import { jobSpec } from '@laurel/contracts'; // before the routes, as in lambda.ts and node.ts
import { expect, test } from 'vitest';
import { describeApi, openapiYaml } from './openapi.ts';

/** They move something to a state, in which it is then: asked again, they change nothing. */
const STATES = [
  '/v1/dataset-uploads/{id}/complete',
  '/v1/jobs/{id}/cancel',
  '/v1/jobs/{id}/pause',
  '/v1/jobs/{id}/resume',
  '/v1/pipelines/{id}/cancel',
];

test('openapi.yaml is what the routes say; `npm run openapi -w functions` writes it', async () => {
  const written = await readFile(new URL('../openapi.yaml', import.meta.url), 'utf8');
  expect(written).toBe(openapiYaml());
});

test('the contracts may be loaded before zod is extended for OpenAPI, and the document names them all the same', () => {
  expect(jobSpec).not.toHaveProperty('openapi');
  expect(openapiYaml()).toContain('#/components/schemas/JobSpec');
});

test('every POST that makes something takes an Idempotency-Key', () => {
  const deaf = Object.entries(describeApi().paths ?? {}).filter(([path, { post }]) => {
    const makes = ['201', '202'].some((status) => post?.responses?.[status]);
    return makes && !path.includes('/worker/') && !JSON.stringify(post?.parameters ?? []).includes('idempotency-key');
  });
  expect(deaf.map(([path]) => path).toSorted()).toEqual(STATES);
});
