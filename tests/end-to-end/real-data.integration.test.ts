import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { freePort } from '../real-parts/server.ts';

const DATA = '../shared/data';

test(`npm run demo -- --once --data on human comparisons (needs ${DATA})`, async ({ skip }) => {
  skip(!existsSync(DATA), `${DATA} is absent`);
  const folder = await mkdtemp(join(tmpdir(), 'laurel-real-data-'));
  const env = { ...process.env, LAUREL_DATA: folder, PORT: String(await freePort()) };
  try {
    const demo = ['--import', 'tsx', 'scripts/demo.ts', '--once', '--data', DATA];
    const { stdout } = await promisify(execFile)(process.execPath, demo, { env });
    expect(stdout).toMatch(/reward model +\d+\.\d %\n +longer wins +\d+\.\d %/);
    expect(stdout).toMatch(/PPO +-?\d+\.\d+ +-?\d+\.\d+ +\d+\.\d/);
    expect(stdout).not.toContain('gold');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test('a folder without the data is named in one sentence', async () => {
  const demo = promisify(execFile)(process.execPath, ['--import', 'tsx', 'scripts/demo.ts', '--data', '/nowhere']);
  await expect(demo).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('/nowhere/tldr-posts/posts.jsonl cannot be read'),
  });
});
