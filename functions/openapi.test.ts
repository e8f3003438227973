import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { openapiYaml } from './openapi.ts';

test('openapi.yaml is what the routes say; `npm run openapi -w functions` writes it', async () => {
  const written = await readFile(new URL('../openapi.yaml', import.meta.url), 'utf8');
  expect(written).toBe(openapiYaml());
});
