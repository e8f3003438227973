import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FolderArtifactStore } from '@laurel/storage/artifacts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Checkpoints, type Unusable } from './checkpoints.ts';

const prefix = 'artifacts/job_1';
const filesOf = (step: number) => ({
  'model.safetensors': Uint8Array.of(step),
  'trainer.json': Uint8Array.of(0, step),
});
let folder: string;
let checkpoints: Checkpoints;
let store: FolderArtifactStore;
let unusable: Unusable[];

const latest = () => checkpoints.latest((found) => unusable.push(found));

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'checkpoints-'));
  store = new FolderArtifactStore(folder);
  checkpoints = new Checkpoints(store, prefix);
  unusable = [];
});
afterEach(() => rm(folder, { recursive: true }));

describe('Checkpoints', () => {
  it('finds none where none is', async () => {
    expect(await latest()).toBeNull();
  });

  it('finds the newest by number, not by name, and keeps the newest two only', async () => {
    for (const step of [8, 9, 10]) await checkpoints.save(step, filesOf(step));
    expect(await latest()).toEqual({ step: 10, files: filesOf(10) });
    const steps = (await store.list(`${prefix}/`)).map((key) => key.split('/')[2]);
    expect([...new Set(steps)]).toEqual(['10', '9']);
  });

  it('leaves the result alone', async () => {
    await store.put(`${prefix}/model/model.safetensors`, Uint8Array.of(1));
    for (const step of [1, 2, 3]) await checkpoints.save(step, filesOf(step));
    expect(await store.exists(`${prefix}/model/model.safetensors`)).toBe(true);
  });

  it('passes over one whose bytes are not what was written', async () => {
    for (const step of [1, 2]) await checkpoints.save(step, filesOf(step));
    await writeFile(join(folder, prefix, '2/model.safetensors'), 'other bytes');
    expect(await latest()).toEqual({ step: 1, files: filesOf(1) });
    expect(unusable).toEqual([{ step: 2, reason: expect.stringContaining('2/model.safetensors is damaged') }]);
  });

  it('deletes one without a manifest: it was not written to its end', async () => {
    await checkpoints.save(1, filesOf(1));
    await store.put(`${prefix}/2/model.safetensors`, Uint8Array.of(2));
    expect(await latest()).toEqual({ step: 1, files: filesOf(1) });
    expect(unusable).toEqual([{ step: 2, reason: expect.stringContaining('not written to its end') }]);
    expect(await store.list(`${prefix}/2/`)).toEqual([]);
  });
});
