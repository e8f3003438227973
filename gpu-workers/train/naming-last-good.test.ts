import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Diverged, writeSafetensors } from '@laurel/learning';
import { FolderArtifactStore } from '@laurel/storage/artifacts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Checkpoints } from './checkpoints.ts';
import { namingLastGood } from './naming-last-good.ts';

let folder: string;
let checkpoints: Checkpoints;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'last-good-'));
  checkpoints = new Checkpoints(new FolderArtifactStore(folder), 'artifacts/job');
});
afterEach(() => rm(folder, { recursive: true }));

const checkpointOf = (...values: number[]) => ({
  'trainer.json': new TextEncoder().encode('{}'),
  'model.safetensors': writeSafetensors({ w: { shape: [values.length], values: Float32Array.from(values) } }),
});
const messageOf = async (error: unknown) => (await namingLastGood(error, checkpoints)) as Error;

describe('namingLastGood', () => {
  const diverged = new Diverged('The loss is not finite.');

  it('names the newest checkpoint whose weights are all numbers', async () => {
    await checkpoints.save(3, checkpointOf(1, 2));
    await checkpoints.save(4, checkpointOf(1, Number.NaN));
    const error = await messageOf(diverged);
    expect(error.message).toBe(
      'The loss is not finite. The last good checkpoint is that of step 3, at artifacts/job/3/.',
    );
    expect(error).toMatchObject({ code: 'diverged', cause: diverged });
  });

  it('says so when there is none', async () => {
    await checkpoints.save(4, checkpointOf(Number.POSITIVE_INFINITY));
    expect((await messageOf(diverged)).message).toMatch(/There was no good checkpoint yet\.$/);
  });

  it('leaves other errors alone', async () => {
    const other = new Error('out of memory');
    expect(await messageOf(other)).toBe(other);
  });
});
