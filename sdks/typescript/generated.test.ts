import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

test('the generated types are those of openapi.yaml; if not: npm run generate -w @laurel/sdk', async () => {
  const check = promisify(execFile)('npm', ['run', 'generate', '-w', '@laurel/sdk', '--', '--check']);
  await expect(check).resolves.toMatchObject({ stderr: expect.not.stringContaining('not up-to-date') });
}, 60_000);
