import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ServerError } from '@laurel/sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Service } from '../../scripts/demo/service.ts';
import { type Home, makeHome } from './temporary-service.ts';

const DISK_MEBIBYTES = 4;
let disk: string;
let canMount = true;
let home: Home;
let service: Service;

/** Artifacts on a file system of four mebibytes; the database elsewhere. Mounting one needs root. */
beforeAll(async () => {
  disk = await mkdtemp(join(tmpdir(), 'laurel-small-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MEBIBYTES}m`, 'tmpfs', disk], { stdio: 'ignore' });
  } catch {
    canMount = false;
    return;
  }
  home = await makeHome({ LAUREL_ARTIFACTS: disk });
  service = await home.start();
});

afterAll(async () => {
  await service?.stop();
  await home?.remove();
  if (canMount) execFileSync('umount', [disk]);
  await rm(disk, { recursive: true });
});

const megabytes = (count: number) =>
  Array.from({ length: count }, () => ({ text: 'x'.repeat(2 ** 19) })).flatMap((row) => [row, row]);

test('an upload that fills the disk is refused, leaves nothing, and the next one works (needs root, to mount a small disk)', async ({
  skip,
}) => {
  skip(!canMount, 'a file system of limited size cannot be mounted here');
  const upload = service.laurel.datasets.upload({ kind: 'text', name: 'too large' }, megabytes(2 * DISK_MEBIBYTES));
  const error = await upload.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ServerError);
  expect(error).toMatchObject({ status: 507, message: expect.stringMatching(/no room left/) });
  expect((await service.laurel.datasets.list().page()).data).toEqual([]);
  const small = await service.laurel.datasets.upload({ kind: 'text', name: 'small' }, megabytes(1));
  expect(small.state).toBe('ready');
});
