import type { Job, Laurel } from '@laurel/sdk';

/** A terminal's line is written anew at every look; a log gets a line every so often. */
const LOG_EVERY_MS = 15_000;
/** What is worth a look while it changes: metrics by name, and how they are shown. */
const SHOWN: Record<string, (value: number) => string> = {
  loss: (value) => `loss ${value.toFixed(3)}`,
  accuracy: (value) => `accuracy ${value.toFixed(3)}`,
  score: (value) => `score ${value.toFixed(2)}`,
  kl: (value) => `KL ${value.toFixed(2)} nats`,
};

/** Waits for the job and shows how it goes: step, the last metrics, seconds since it was made. Returns it ended. */
export async function showProgress(laurel: Laurel, { id, type }: Job): Promise<Job> {
  const startedMs = Date.now();
  const latest = latestMetrics(laurel, id);
  const describe = async ({ step, total_steps, stage, state }: Job) => {
    const metrics = await latest();
    const parts = Object.entries(SHOWN).flatMap(([name, show]) => (name in metrics ? show(metrics[name] ?? 0) : []));
    const place = total_steps > 0 ? `step ${step} of ${total_steps}` : (stage ?? state);
    const position = state === 'succeeded' ? 'done' : place;
    const seconds = Math.round((Date.now() - startedMs) / 1000);
    return `  ${type.padEnd(13)} ${position.padEnd(18)} ${String(seconds).padStart(4)} s   ${parts.join('   ')}`;
  };
  const { isTTY } = process.stdout;
  let loggedMs = startedMs;
  const job = await laurel.jobs.wait(id, {
    onProgress: async (job) => {
      if (isTTY) process.stdout.write(`\r${await describe(job)}\x1b[K`);
      else if (Date.now() - loggedMs > LOG_EVERY_MS) {
        loggedMs = Date.now();
        console.log(await describe(job));
      }
    },
  });
  console.log(`${isTTY ? '\r' : ''}${await describe(job)}`);
  return job;
}

/** Reads what is new at every call; the answer has the last value of every metric so far. */
function latestMetrics(laurel: Laurel, id: string): () => Promise<Record<string, number>> {
  const latest: Record<string, number> = {};
  const metrics = laurel.jobs.metrics(id);
  let after: string | undefined;
  return async () => {
    for (let more = true; more; ) {
      const page = await metrics.page(after);
      for (const { name, value } of page.data) latest[name] = value;
      after = page.last_id ?? after;
      more = page.has_more;
    }
    return latest;
  };
}
