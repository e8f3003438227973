import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Does `work` while no other process on this machine holds the lock file. A lock whose holder has died is taken over. */
export async function withLock(path, work, { pollMs = 500 } = {}) {
  await mkdir(dirname(path), { recursive: true });
  let announced = false;
  while (!(await acquire(path))) {
    if (!announced) console.log('set-up: waiting for another set-up to end …');
    announced = true;
    await sleep(pollMs);
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

async function acquire(path) {
  try {
    const file = await open(path, 'wx');
    await file.writeFile(String(process.pid));
    await file.close();
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    if (!(await holderLives(path))) await rm(path, { force: true });
    return false;
  }
}

async function holderLives(path) {
  const pid = Number(await readFile(path, 'utf8').catch(() => ''));
  // A lock just created is still empty; its holder is about to write its id.
  if (!pid) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
