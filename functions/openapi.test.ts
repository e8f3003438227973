import { readFile } from 'node:fs/promises';
import { jobSpec } from '@laurel/contracts'; // before the routes, as in lambda.ts and node.ts
import { expect, test } from 'vitest';
import { openapiYaml } from './openapi.ts';

test('openapi.yaml is what the routes say; `npm run openapi -w functions` writes it', async () => {
  const written = await readFile(new URL('../openapi.yaml', import.meta.url), 'utf8');
  expect(written).toBe(openapiYaml());
});

test('the contracts may be loaded before zod is extended for OpenAPI, and the document names them all the same', () => {
  expect(jobSpec).not.toHaveProperty('openapi');
  expect(openapiYaml()).toContain('#/components/schemas/JobSpec');
});
