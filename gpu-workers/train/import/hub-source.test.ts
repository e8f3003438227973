import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type HubStandIn, startHub } from '../../../tests/stand-ins/start-hub.ts';
import { hubSource } from './hub-source.ts';
import { ImportError } from './import-error.ts';
import { importSettings } from './import-settings.ts';
import type { ModelSource } from './model-source.ts';

const REPO = 'org/tiny';
const COMMIT = '0123456789abcdef0123456789abcdef01234567';
const WEIGHTS = Uint8Array.from({ length: 1_000_000 }, (_, i) => (i * i) % 251);

let hub: HubStandIn;
let cache: string;

beforeEach(async () => {
  hub = await startHub();
  hub.repositories[REPO] = {
    commit: COMMIT,
    revisions: ['main', 'refs/pr/1'],
    files: {
      'README.md': Buffer.from('A model.'),
      'config.json': Buffer.from('{"model_type": "gpt2"}'),
      'model.safetensors': WEIGHTS,
      'tokenizer.json': Buffer.from('{}'),
    },
  };
  cache = await mkdtemp(join(tmpdir(), 'hub-'));
});
afterEach(async () => {
  await hub.stop();
  await rm(cache, { recursive: true });
});

const open = (revision = 'main', env: Record<string, string> = {}) =>
  hubSource(REPO, revision, importSettings({ HF_ENDPOINT: hub.endpoint, XDG_CACHE_HOME: cache, ...env }));

async function readFile(source: ModelSource, name: string, onBytes: (count: number) => void = () => undefined) {
  const file = source.files.find((other) => other.name === name);
  if (!file) throw new Error(`${name} is not listed`);
  return source.read(file, onBytes);
}

const readWeights = async (source: ModelSource) => Buffer.compare(await readFile(source, 'model.safetensors'), WEIGHTS);
const kept = () => readdir(join(cache, 'laurel/hub'));
const ranges = () => hub.received.filter(({ path }) => path.includes('/storage/')).map(({ range }) => range);

describe('a repository', () => {
  test.each(['main', 'refs/pr/1', COMMIT])(
    'at %s is pinned to its commit, with all pages of its files',
    async (revision) => {
      const { origin, files } = await open(revision);
      expect(origin).toEqual({ type: 'hub', endpoint: hub.endpoint, repo: REPO, revision, commit: COMMIT });
      expect(files.map(({ name }) => name)).toEqual([
        'README.md',
        'config.json',
        'model.safetensors',
        'tokenizer.json',
      ]);
    },
  );

  test('is read at that commit, whatever its branch does meanwhile', async () => {
    const source = await open();
    const repository = hub.repositories[REPO];
    if (repository) repository.revisions = [];
    expect(Buffer.from(await readFile(source, 'config.json')).toString()).toContain('gpt2');
    expect(await readWeights(source)).toBe(0);
  });

  test('leaves nothing behind when it is released', async () => {
    const source = await open();
    await readWeights(source);
    expect(await kept()).toHaveLength(1);
    await source.release();
    expect(await kept()).toEqual([]);
  });
});

describe('a connection that breaks off', () => {
  test('is made again, and goes on from the last byte', async () => {
    const source = await open();
    hub.cut = { name: 'model.safetensors', afterBytes: 400_000 };
    let counted = 0;
    await readFile(source, 'model.safetensors', (count) => {
      counted += count;
    });
    expect(counted).toBe(WEIGHTS.length);
    expect(ranges()).toEqual(['bytes=0-', expect.stringMatching(/^bytes=[1-9]\d*-$/)]);
  });

  test('is gone on with by the next worker', async () => {
    const first = await open();
    hub.cut = { name: 'model.safetensors', afterBytes: 400_000 };
    await expect(
      readFile(first, 'model.safetensors', (count) => {
        if (count > 0) throw new Error('killed');
      }),
    ).rejects.toThrow('killed');
    hub.received.length = 0;
    expect(await readWeights(await open())).toBe(0);
    expect(ranges()).toEqual([expect.stringMatching(/^bytes=[1-9]\d*-$/)]);
  });

  test('is gone on with from the start where the hub knows no ranges', async () => {
    hub.knowsRanges = false;
    const source = await open();
    hub.cut = { name: 'model.safetensors', afterBytes: 400_000 };
    let counted = 0;
    const bytes = await readFile(source, 'model.safetensors', (count) => {
      counted += count;
    });
    expect(Buffer.compare(bytes, WEIGHTS)).toBe(0);
    expect(counted).toBe(WEIGHTS.length);
  });

  test('a hub that is unwell for a moment is waited for', async () => {
    hub.unwell = 2;
    expect(await readWeights(await open())).toBe(0);
  });
});

describe('hashes', () => {
  test('a damaged beginning is noticed, and the file fetched anew', async () => {
    const [file] = await keptAfterBreakingOff();
    await writeFile(join(cache, 'laurel/hub', file ?? ''), new Uint8Array(1000));
    expect(await readWeights(await open())).toBe(0);
  });

  test.each(['model.safetensors', 'config.json'])(
    '%s with another hash than the hub tells is refused',
    async (name) => {
      const source = await open();
      const repository = hub.repositories[REPO];
      const damaged = Uint8Array.from(repository?.files[name] ?? []);
      damaged[7] = 255;
      if (repository) repository.files[name] = damaged;
      await expect(readFile(source, name)).rejects.toThrow(new RegExp(`${name} has another hash`));
      expect(await kept()).toEqual([]);
    },
  );

  async function keptAfterBreakingOff(): Promise<string[]> {
    const stop = () => {
      throw new Error('killed');
    };
    await expect(readFile(await open(), 'model.safetensors', (count) => count > 0 && stop())).rejects.toThrow('killed');
    return kept();
  }
});

test('what nobody goes on with for a week is removed', async () => {
  await open();
  const old = join(cache, 'laurel/hub/sha256-abc');
  await writeFile(old, 'half');
  await utimes(old, 0, 0);
  await open();
  expect(await kept()).toEqual([]);
});

describe('refusals name the remedy', () => {
  test.each([
    [401, 'GatedRepo', /gated: accept its conditions.*HF_TOKEN/],
    [403, 'GatedRepo', /gated: accept its conditions.*HF_TOKEN/],
    [401, '', /does not exist, or is private.*HF_TOKEN/],
    [404, 'RepoNotFound', /does not exist, or is private/],
  ])('%i %s', async (status, code, message) => {
    Object.assign(hub.repositories[REPO] ?? {}, { refusal: { status, code } });
    const error = await open('main', { HF_TOKEN: 'hf_secret' }).then(
      () => null,
      (thrown: Error) => thrown,
    );
    expect(error).toBeInstanceOf(ImportError);
    expect(error?.message).toMatch(message);
    expect(error?.message).not.toContain('hf_secret');
  });

  test('a revision that does not exist', async () => {
    await expect(open('v9')).rejects.toThrow(/no such revision/);
  });
});

test('the token is sent to the hub', async () => {
  await open('main', { HF_TOKEN: 'hf_secret' });
  expect(new Set(hub.received.map(({ authorization }) => authorization))).toEqual(new Set(['Bearer hf_secret']));
});

test('a redirect to another host by plain http is refused, before anything is asked of it', async () => {
  const other = await startHub();
  hub.storage = other.endpoint;
  const source = await open('main', { HF_TOKEN: 'hf_secret' });
  await expect(readFile(source, 'model.safetensors')).rejects.toThrow(/reached by https only/);
  expect(other.received).toEqual([]);
  await other.stop();
});
