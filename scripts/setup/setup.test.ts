import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
// @ts-expect-error set-up is plain JavaScript: it runs before anything is installed
import { provisionLibtensorflow, thisPlatform } from './libtensorflow.mjs';
// @ts-expect-error see above
import { withLock } from './lock.mjs';
// @ts-expect-error see above
import { installedAsLocked } from './packages.mjs';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'laurel-set-up-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  return rm(folder, { recursive: true });
});

describe('libtensorflow', () => {
  /** A python3 whose pip "downloads" a wheel that is not the one pinned. */
  async function fakePython(): Promise<void> {
    const script = '#!/bin/sh\n[ "$3" = --version ] || echo tampered > "$5/tensorflow.whl"\n';
    await writeFile(join(folder, 'python3'), script);
    await chmod(join(folder, 'python3'), 0o755);
    vi.stubEnv('PATH', `${folder}${delimiter}${process.env.PATH}`);
  }

  it('refuses a wheel that is not the pinned one', async () => {
    await fakePython();
    await expect(provisionLibtensorflow(folder, 'linux-x64')).rejects.toThrow(/was refused: its sha256 is/);
    expect(existsSync(join(folder, 'tensorflow-2.21.0-linux-x64'))).toBe(false);
  });

  it('begins anew where an earlier set-up was interrupted', async () => {
    await fakePython();
    const remains = join(folder, 'tensorflow-2.21.0-linux-x64.unfinished/tensorflow');
    await mkdir(remains, { recursive: true });
    await expect(provisionLibtensorflow(folder, 'linux-x64')).rejects.toThrow(/was refused/);
    expect(existsSync(remains)).toBe(false);
  });

  it('takes a complete folder as it is', async () => {
    const complete = join(folder, 'tensorflow-2.21.0-linux-x64');
    await mkdir(complete);
    await expect(provisionLibtensorflow(folder, 'linux-x64')).resolves.toBe(join(complete, 'tensorflow'));
  });

  it('takes the build for CUDA where it is told that there will be a GPU', () => {
    vi.stubEnv('LAUREL_CUDA', '1');
    expect(thisPlatform()).toBe(`${process.platform}-${process.arch}-cuda`);
  });

  it('names a platform that it does not know', async () => {
    await expect(provisionLibtensorflow(folder, 'plan9-mips')).rejects.toThrow('plan9-mips');
  });
});

describe('the lock', () => {
  it('lets one in at a time', async () => {
    const order: string[] = [];
    const hold = (name: string) =>
      withLock(
        join(folder, 'lock'),
        async () => {
          order.push(`${name} in`);
          await new Promise((resolve) => setTimeout(resolve, 30));
          order.push(`${name} out`);
        },
        { pollMs: 5 },
      );
    await Promise.all([hold('a'), hold('b')]);
    expect(order.map((entry) => entry.slice(2))).toEqual(['in', 'out', 'in', 'out']);
  });

  it('is taken over from a process that died', async () => {
    await writeFile(join(folder, 'lock'), '999999999');
    await expect(withLock(join(folder, 'lock'), async () => 'done', { pollMs: 5 })).resolves.toBe('done');
  });
});

describe('npm packages', () => {
  async function write(path: string, version: string): Promise<void> {
    await mkdir(join(folder, 'node_modules'), { recursive: true });
    await writeFile(join(folder, path), JSON.stringify({ packages: { '': {}, 'node_modules/a': { version } } }));
  }

  it('count as installed only when npm put in what the lock file asks for', async () => {
    await write('package-lock.json', '1.0.0');
    await expect(installedAsLocked(folder)).resolves.toBe(false);
    await write('node_modules/.package-lock.json', '0.9.0');
    await expect(installedAsLocked(folder)).resolves.toBe(false);
    await write('node_modules/.package-lock.json', '1.0.0');
    await expect(installedAsLocked(folder)).resolves.toBe(true);
  });
});
