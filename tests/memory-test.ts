/**
 * `npm run memory-test [-- --gigabytes 2]`: uploads a tenth of so many gigabytes of comparisons, then all of them, to a service of its own,
 * directly and in parts, and prints the most memory that the server had over each, as Linux tells it. The rows are made while they are
 * sent; the client, the scoring engine and the database's files are not in the figures, the database is.
 *
 * Exit codes: 0 ten times as much took no more than 256 MiB more, of which the report's tables are half; 1 it took more.
 */
import { writeFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { RandomGenerator } from '@laurel/learning';
import { randomComparisons } from '../bench/ingest/random-comparisons.ts';
import type { Service } from '../scripts/demo/service.ts';
import { makeHome } from './end-to-end/temporary-service.ts';
import { memoryOf } from './process-memory.ts';

const FLAT_MIB = 256;

const { values } = parseArgs({ options: { gigabytes: { type: 'string', default: '2' } } });
const allBytes = Number(values.gigabytes) * 1e9;

const content = (sizeBytes: number) => randomComparisons(sizeBytes, RandomGenerator.fromSeed(1));

async function* streamed(sizeBytes: number) {
  yield* content(sizeBytes);
}

const directly = async ({ laurel }: Service, sizeBytes: number): Promise<string> =>
  (await laurel.datasets.upload({ kind: 'comparisons', name: 'direct' }, streamed(sizeBytes))).id;

/** As the SDK does with a file, but one after the other, since there is no file. */
async function inParts({ baseUrl, apiKey }: Service, sizeBytes: number): Promise<string> {
  const api = async (method: string, path: string, json?: object) => {
    const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' };
    const answer = await fetch(`${baseUrl}${path}`, { method, headers, ...(json && { body: JSON.stringify(json) }) });
    if (!answer.ok) throw new Error(`${method} ${path}: ${await answer.text()}`);
    return answer.json();
  };
  let size_bytes = 0;
  for (const chunk of content(sizeBytes)) size_bytes += chunk.length;
  const created = { kind: 'comparisons', name: 'parts', size_bytes };
  const { id, part_size_bytes } = await api('POST', '/v1/dataset-uploads', created);
  let number = 0;
  for (const part of cut(content(sizeBytes), part_size_bytes)) {
    const { data } = await api('GET', `/v1/dataset-uploads/${id}/part-urls?after=${number++}&limit=1`);
    const put = await fetch(`${baseUrl}${data[0].url}`, { method: 'PUT', body: part });
    if (!put.ok) throw new Error(await put.text());
  }
  await api('POST', `/v1/dataset-uploads/${id}/complete`);
  for (;;) {
    const { state, dataset, error } = await api('GET', `/v1/dataset-uploads/${id}`);
    if (state === 'completed') return dataset;
    if (state !== 'completing') throw new Error(JSON.stringify(error));
    await setTimeout(500);
  }
}

function* cut(chunks: Iterable<Uint8Array>, sizeBytes: number): Generator<Uint8Array<ArrayBuffer>> {
  let rest = Buffer.alloc(0);
  for (const chunk of chunks) {
    rest = Buffer.concat([rest, chunk]);
    for (; rest.length >= sizeBytes; rest = rest.subarray(sizeBytes)) yield new Uint8Array(rest.subarray(0, sizeBytes));
  }
  if (rest.length > 0) yield new Uint8Array(rest);
}

/** A server of its own for each, so that nothing is in the figure that another upload left. */
async function peakOf(way: typeof directly, sizeBytes: number): Promise<number> {
  const home = await makeHome();
  const service = await home.start();
  try {
    await writeFile(`/proc/${service.process.pid}/clear_refs`, '5'); // forgets the start's high-water mark
    const { now: beforeMib } = await memoryOf(service.process.pid);
    const startMs = performance.now();
    const dataset = await service.laurel.datasets.get(await way(service, sizeBytes));
    const seconds = (performance.now() - startMs) / 1000;
    const { peak: peakMib } = await memoryOf(service.process.pid);
    console.log(
      `${way === directly ? 'direct  ' : 'in parts'} ${(sizeBytes / 1e9).toFixed(2)} GB, ${dataset.rows} rows: ` +
        `${beforeMib.toFixed(0)} MiB before, at most ${peakMib.toFixed(0)} MiB; ${seconds.toFixed(0)} s`,
    );
    return peakMib;
  } finally {
    await service.stop();
    await home.remove();
  }
}

for (const way of [directly, inParts]) {
  const [tenth, all] = [await peakOf(way, allBytes / 10), await peakOf(way, allBytes)];
  if (all - tenth > FLAT_MIB) process.exitCode = 1;
}
