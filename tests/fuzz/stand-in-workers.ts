import { rename, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JobSpec } from '@laurel/sdk';
import { processesOf, type RunningProcess } from '../../functions/node/processes.ts';
import type { Service } from '../../scripts/demo/service.ts';

const POLL_MS = 250;
/** A worker whose attempt goes on for so long is killed as well, as machines are. */
const LIFE_MS = 15_000;
/** Without a worker for this long, a job is made for one. */
const IDLE_MS = 2_000;

/**
 * Stops the service's workers as they start, before they claim their jobs, and writes the tokens of those that live to `path` as
 * `[{job, token}]`: whoever reads it can be the worker, and nothing is trained meanwhile. One whose attempt is over is killed, so that
 * another has its place.
 */
export function standInForWorkers(service: Service, path: string, spec: JobSpec): { stop: () => Promise<void> } {
  const births = new Map<number, number>();
  let idleMs = 0;
  let isStopping = false;

  const round = async () => {
    const workers = (await processesOf('train.ts')).filter(({ env }) => env.LAUREL_API_URL === service.baseUrl);
    for (const { pid } of workers.filter((worker) => !births.has(worker.pid))) {
      signal(pid, 'SIGSTOP');
      births.set(pid, Date.now());
    }
    const tokens = workers.map(({ env }) => ({ job: env.LAUREL_JOB_ID, token: env.LAUREL_JOB_TOKEN }));
    await writeFile(`${path}.new`, JSON.stringify(tokens));
    await rename(`${path}.new`, path);
    for (const worker of workers) {
      const isOld = Date.now() - (births.get(worker.pid) ?? 0) > LIFE_MS;
      if (isStopping || isOld || (await isOver(service, worker))) signal(worker.pid, 'SIGKILL');
    }
    idleMs = workers.length > 0 ? 0 : idleMs + POLL_MS;
    if (isStopping || idleMs < IDLE_MS) return;
    idleMs = 0;
    await service.laurel.jobs.create(spec);
  };
  const run = async () => {
    while (!isStopping) {
      await round();
      await sleep(POLL_MS);
    }
  };
  const running = run();

  return {
    stop: async () => {
      isStopping = true;
      await running;
      await round();
    },
  };
}

/** Whether the worker's token opens nothing any more. Events are told even of a job that it has not claimed. */
async function isOver({ baseUrl }: Service, { env }: RunningProcess): Promise<boolean> {
  const answer = await fetch(`${baseUrl}/v1/worker/jobs/${env.LAUREL_JOB_ID}/events`, {
    method: 'POST',
    headers: { authorization: `Bearer ${env.LAUREL_JOB_TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({ events: [] }),
  });
  return answer.status === 401;
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // it ended by itself
  }
}
