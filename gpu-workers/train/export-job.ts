import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Completion, type JobFile, Problem, type SpecOf, shapeRow } from '@laurel/contracts';
import { putHashed, readManifest } from '@laurel/storage/artifacts';
import { pack } from 'tar-stream';
import { readRows } from './inputs.ts';
import { type Job, stopIfTold } from './job.ts';

/** Writes one file to download: a model's files as a tar archive, or a dataset's rows in a shape. One that is stopped begins again. */
export async function exportJob(job: Job, { source }: SpecOf<'export'>): Promise<Completion> {
  const { claim, store, reporter } = job;
  reporter.progress('exporting', 0, 0);
  reporter.event('stage', { stage: 'exporting' });
  const { name, media_type, content }: Pick<JobFile, 'name' | 'media_type'> & { content: AsyncIterable<Uint8Array> } =
    source.type === 'model_version'
      ? {
          name: `${source.model_version.replace('/', '-')}.tar`,
          media_type: 'application/x-tar',
          content: archive(job, source.model_version),
        }
      : {
          name: `${source.dataset}.${source.shape}.jsonl`,
          media_type: 'application/x-ndjson',
          content: shapedRows(job, source.dataset, source.shape),
        };
  const key = `${claim.artifact_prefix}/file`;
  const { sha256, sizeBytes } = await putHashed(store, key, content);
  return {
    result: { type: 'file', key, name, media_type, sha256, size_bytes: sizeBytes },
    metrics: { size_bytes: sizeBytes },
  };
}

/** Of every file in an archive, so that the same model makes the same archive. */
const UNDATED = new Date(0);

/** The model's files under a folder of the archive, as a hub lays them out. */
async function* archive(job: Job, id: string): AsyncGenerator<Uint8Array> {
  const model = job.claim.models[id];
  if (!model) throw new Problem(422, 'incomplete_claim', `The job lacks its model ${id}.`);
  const { files } = await readManifest(job.store, model.prefix, model.manifest_sha256);
  const tar = pack();
  const filling = (async () => {
    for (const [name, { size_bytes: size }] of Object.entries(files)) {
      await pipeline(Readable.from(checked(job, `${model.prefix}/${name}`)), tar.entry({ name, size, mtime: UNDATED }));
    }
    tar.finalize();
  })();
  filling.catch((error: unknown) => tar.destroy(error as Error));
  yield* tar as AsyncIterable<Uint8Array>;
  await filling;
}

async function* checked(job: Job, key: string): AsyncGenerator<Uint8Array> {
  for await (const chunk of job.store.read(key)) {
    stopIfTold(job);
    yield chunk;
  }
}

const ROWS_PER_CHUNK = 1000;

async function* shapedRows(job: Job, id: string, shape: Parameters<typeof shapeRow>[0]): AsyncGenerator<Uint8Array> {
  const dataset = job.claim.datasets[id];
  if (!dataset) throw new Problem(422, 'incomplete_claim', `The job lacks its dataset ${id}.`);
  let lines: string[] = [];
  let done = 0;
  const take = () => {
    const chunk = new TextEncoder().encode(lines.join(''));
    lines = [];
    job.reporter.progress('exporting', done, dataset.rows);
    stopIfTold(job);
    return chunk;
  };
  for await (const row of readRows(job.store, id, dataset)) {
    lines.push(`${JSON.stringify(shapeRow(shape, row))}\n`);
    done++;
    if (lines.length === ROWS_PER_CHUNK) yield take();
  }
  yield take();
}
