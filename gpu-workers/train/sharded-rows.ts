import type { DatasetKind, ResultOf, StoredRow } from '@laurel/contracts';
import { putHashed } from '@laurel/storage/artifacts';
import { type Job, stopIfTold } from './job.ts';

/** Rows between two places to go on from. */
const ROWS_PER_SHARD = 256;

/**
 * Brings rows into others, a shard at a time, and publishes them as one dataset. A shard that is written is not done again: a job that
 * was stopped goes on behind its last one.
 *
 * @param work on the rows of a shard, which is told by its number
 */
export async function publishRows<Row extends StoredRow>(
  job: Job,
  kind: DatasetKind,
  { rows, count }: { rows: AsyncIterable<Row>; count: number },
  work: (rows: readonly Row[], shard: number) => readonly StoredRow[],
): Promise<ResultOf<'dataset'>> {
  const { store, claim, reporter } = job;
  const folder = `${claim.artifact_prefix}/shards`;
  const keyOf = (shard: number) => `${folder}/${String(shard).padStart(8, '0')}.jsonl`;
  const written = new Set(await store.list(`${folder}/`));
  let done = 0;
  let shard = 0;
  for await (const batch of inBatches(rows, ROWS_PER_SHARD)) {
    if (!written.has(keyOf(shard))) {
      const lines = work(batch, shard).map((row) => `${JSON.stringify(row)}\n`);
      await store.put(keyOf(shard), new TextEncoder().encode(lines.join('')));
    }
    shard++;
    done += batch.length;
    reporter.progress('working', done, count);
    await new Promise(setImmediate); // lets a signal through
    stopIfTold(job);
  }
  const keys = Array.from({ length: shard }, (_, i) => keyOf(i));
  return publish(job, kind, keys);
}

async function publish(
  { store, claim, reporter }: Job,
  kind: DatasetKind,
  shards: string[],
): Promise<ResultOf<'dataset'>> {
  reporter.progress('publishing', 0, 0);
  reporter.event('stage', { stage: 'publishing' });
  const key = `${claim.artifact_prefix}/rows.jsonl`;
  let rows = 0;
  const all = async function* () {
    for (const shard of shards) {
      const bytes = await store.get(shard);
      rows += bytes.reduce((newlines, byte) => newlines + (byte === 10 ? 1 : 0), 0);
      yield bytes;
    }
  };
  const { sha256, sizeBytes } = await putHashed(store, key, all());
  for (const shard of shards) await store.delete(shard);
  return { type: 'dataset', kind, key, sha256, rows, size_bytes: sizeBytes };
}

async function* inBatches<Row>(rows: AsyncIterable<Row>, size: number): AsyncGenerator<Row[]> {
  let batch: Row[] = [];
  for await (const row of rows) {
    batch.push(row);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
