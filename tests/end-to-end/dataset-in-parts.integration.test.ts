import { setTimeout } from 'node:timers/promises';
import { RandomGenerator } from '@laurel/learning';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { randomComparisons } from '../../bench/ingest/random-comparisons.ts';
import type { Service } from '../../scripts/demo/service.ts';
import { type S3, startS3 } from '../real-parts/index.ts';
import { doctor, HEALTHY } from './doctor.ts';
import { type Home, makeHome } from './temporary-service.ts';

/** Several parts, which take seconds to check. */
const UPLOAD_BYTES = 60e6;

let file: Blob;
let rows: number;
beforeAll(() => {
  const chunks = [...randomComparisons(UPLOAD_BYTES, RandomGenerator.fromSeed(1))] as BlobPart[];
  file = new Blob(chunks);
  rows = chunks.length * 150;
});

const kind = 'comparisons';

describe.each(['a folder', 'S3'])('with artifacts in %s', (place) => {
  let s3: S3 | undefined;
  let home: Home;
  let service: Service;
  beforeAll(async () => {
    s3 = place === 'S3' ? await startS3() : undefined;
    home = await makeHome(s3 ? { ...s3.env, LAUREL_ARTIFACTS: `s3://${s3.bucket}/laurel` } : {});
    service = await home.start();
  }, 600_000);
  afterAll(async () => {
    await service?.stop();
    await home?.remove();
    await s3?.stop();
  });

  const api = async (method: string, path: string, json?: object) => {
    const answer = await fetch(`${service.baseUrl}${path}`, {
      method,
      headers: { authorization: `Bearer ${service.apiKey}`, 'content-type': 'application/json' },
      ...(json && { body: JSON.stringify(json) }),
    });
    return answer.status === 204 ? undefined : answer.json();
  };

  /** Sends all parts, as a client of no SDK does. */
  async function send(name: string): Promise<string> {
    const created = await api('POST', '/v1/dataset-uploads', { kind, name, size_bytes: file.size });
    const { data } = await api('GET', `/v1/dataset-uploads/${created.id}/part-urls`);
    for (const { number, url } of data) {
      const body = file.slice((number - 1) * created.part_size_bytes, number * created.part_size_bytes);
      const to = new URL(url, service.baseUrl);
      expect(to.origin === service.baseUrl).toBe(place !== 'S3'); // to S3 itself, where it keeps them
      expect((await fetch(to, { method: 'PUT', body })).ok).toBe(true);
    }
    return created.id;
  }

  const untilEnded = async (id: string) => {
    for (;;) {
      const upload = await api('GET', `/v1/dataset-uploads/${id}`);
      if (upload.state !== 'completing') return upload;
      await setTimeout(250);
    }
  };

  test('the SDK sends a large file in parts; its bad rows are told as those of a small one', async () => {
    const dataset = await service.laurel.datasets.upload({ kind, name: 'large' }, file);
    expect(dataset).toMatchObject({ state: 'ready', rows, report: { rows, estimated: false } });
    const bad = new Blob([file, '{"prompt":"P"}\n']);
    const error = await service.laurel.datasets.upload({ kind, name: 'bad' }, bad).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      status: 422,
      code: 'invalid_rows',
      errors: [{ line: rows + 1 }, { line: rows + 1 }],
    });
    expect((await service.laurel.datasets.list().page()).data.map(({ name }) => name)).toEqual(['large']);
  });

  test('kill -9 in the middle of the completion: the next server completes it, and nothing else is left', async () => {
    const id = await send('killed');
    expect(await api('POST', `/v1/dataset-uploads/${id}/complete`)).toMatchObject({ state: 'completing' });
    await setTimeout(200); // begun, and far from its end
    expect(await api('GET', `/v1/dataset-uploads/${id}`)).toMatchObject({ state: 'completing' });
    service.process.kill('SIGKILL');
    await service.ended;
    service = await home.start();
    const again = await api('POST', `/v1/dataset-uploads/${id}/complete`);
    expect(['completing', 'completed']).toContain(again.state);
    const { state, dataset } = await untilEnded(id);
    expect(state).toBe('completed');
    expect(await api('GET', `/v1/datasets/${dataset}`)).toMatchObject({ state: 'ready', name: 'killed', rows });
    expect((await service.laurel.datasets.list().page()).data.map(({ name }) => name)).toEqual(['killed', 'large']);
    await service.stop();
    expect(await doctor(home.env)).toBe(HEALTHY);
  });
});
