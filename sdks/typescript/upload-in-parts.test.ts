import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { Laurel } from './client.ts';

const PART_BYTES = 2 ** 20;

let close = async () => {};
afterEach(() => close());

/** A service that takes parts and says in the end what it is told to; the first try of each part is cut. */
async function serve(end: object) {
  const parts = new Map<number, Buffer>();
  const seen: string[] = [];
  const tries = new Map<number, number>();
  let underWay = 0;
  let most = 0;
  let waits = 1;
  let sizeBytes = 0;
  let keysSent = 0;
  const answerTo = async (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '', 'http://x');
    const answer = (body: object) => response.end(JSON.stringify(body));
    seen.push(`${request.method} ${url.pathname}`);
    if (request.method === 'PUT') {
      const number = Number(url.searchParams.get('part'));
      most = Math.max(most, ++underWay);
      tries.set(number, (tries.get(number) ?? 0) + 1);
      if (request.headers.authorization) keysSent++;
      if (tries.get(number) === 1) {
        underWay--;
        return request.destroy();
      }
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      parts.set(number, Buffer.concat(chunks));
      await sleep(20); // so that others come meanwhile
      underWay--;
      return response.writeHead(200).end();
    }
    response.setHeader('content-type', 'application/json');
    if (url.pathname.endsWith('/part-urls')) {
      const [after, limit] = [Number(url.searchParams.get('after')), Number(url.searchParams.get('limit'))];
      const count = Math.ceil(sizeBytes / PART_BYTES);
      const numbers = Array.from({ length: Math.min(limit, count - after) }, (_, i) => after + 1 + i);
      const data = numbers.map((number) => ({ number, url: `${baseUrl}/bucket?part=${number}` }));
      return answer({ data, has_more: after + limit < count });
    }
    if (url.pathname === '/v1/datasets/ds_1') return answer({ id: 'ds_1' });
    if (request.method === 'DELETE') return response.writeHead(204).end();
    if (request.method === 'GET')
      return answer(waits-- > 0 ? { state: 'completing', dataset: null, error: null } : end);
    let body = '';
    for await (const chunk of request) body += chunk;
    if (url.pathname === '/v1/dataset-uploads') sizeBytes = JSON.parse(body).size_bytes;
    answer({ id: 'dsu_1', part_size_bytes: PART_BYTES });
  };
  const server = createServer((request, response) => void answerTo(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  close = () => {
    server.closeAllConnections();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  };
  const laurel = new Laurel({ baseUrl, apiKey: 'lk_secret', timeoutMs: 5_000 });
  return { laurel, seen, parts, mostAtOnce: () => most, keysSent: () => keysSent };
}

const file = (bytes: number) => Buffer.from(Uint8Array.from({ length: bytes }, (_, i) => i % 251));

test('a large file goes in parts, side by side, each again where it was cut, and without the key', async () => {
  const { laurel, parts, mostAtOnce, keysSent } = await serve({ state: 'completed', dataset: 'ds_1', error: null });
  const content = file(18.5 * PART_BYTES);
  expect(await laurel.datasets.upload({ kind: 'text', name: 'a' }, new Blob([content]))).toEqual({ id: 'ds_1' });
  const whole = Buffer.concat([...parts.entries()].toSorted(([a], [b]) => a - b).map(([, part]) => part));
  expect(whole.equals(content)).toBe(true);
  expect(keysSent()).toBe(0);
  expect(mostAtOnce()).toBeGreaterThan(1);
  expect(mostAtOnce()).toBeLessThanOrEqual(4);
}, 60_000);

test('bad rows are the same error as those of a direct upload, and the upload is not left behind', async () => {
  const error = {
    status: 422,
    code: 'invalid_rows',
    detail: 'One.',
    errors: [{ line: 7, pointer: '', code: 'c', detail: 'd' }],
  };
  const { laurel, seen } = await serve({ state: 'failed', dataset: null, error });
  const upload = laurel.datasets.upload({ kind: 'text', name: 'a' }, new Blob([file(4.5 * PART_BYTES)]));
  await expect(upload).rejects.toMatchObject({ name: 'UnprocessableError', status: 422, errors: [{ line: 7 }] });
  expect(seen.at(-1)).toBe('DELETE /v1/dataset-uploads/dsu_1');
}, 60_000);

test('what fits into one request goes in one, in its format', async () => {
  const { laurel, seen } = await serve({});
  await laurel.datasets.upload({ kind: 'text', name: 'a', format: 'text' }, 'One.\n\nTwo.');
  expect(seen).toEqual(['POST /v1/datasets']);
});
