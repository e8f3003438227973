import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { RandomGenerator } from '@laurel/learning';
import type { Service } from '../../scripts/demo/service.ts';
import { doctor, HEALTHY } from '../end-to-end/doctor.ts';
import { makeHome } from '../end-to-end/temporary-service.ts';
import { FORMATS, frame, type RawRequest, uploadRequest } from './requests.ts';

/** The server finds out that a connection is gone, and lets go of what came over it. */
const GONE_WITHIN_MS = 30_000;
const POLL_MS = 20;
const PART_BYTES = 2e6;

export interface Cut {
  /** Of a direct upload its format, else `a part`. */
  what: string;
  /** After how many bytes, of how many. */
  sentBytes: number;
  ofBytes: number;
  /** What was there for a moment after the cut was gone by then. */
  goneAfterMs: number;
}

/**
 * Cuts the connections of so many uploads, direct ones and of parts, to a service of its own, each at a random byte. After each there may be
 * neither a dataset nor a file; at the end the doctor may find nothing.
 *
 * @throws {Error} naming what was there that should not be
 */
export async function cutUploads(times: number, seed: number, say: (cut: Cut) => void): Promise<void> {
  const random = RandomGenerator.fromSeed(seed);
  const home = await makeHome();
  const service = await home.start();
  try {
    for (let i = 0; i < times; i++) {
      const what = ['a part', ...FORMATS][i % (FORMATS.length + 1)] ?? '';
      const upload = what === 'a part' ? await beginUpload(service) : undefined;
      const request = upload ? partRequest(upload.url, random) : uploadRequest(what, random, service.apiKey);
      const ofBytes = request.head.length + request.body.length;
      const sentBytes = random.integer(ofBytes);
      const answered = await answeredRequests(home.folder);
      await sendAndCut(service, request, sentBytes);
      // A request whose head came is answered, if only into the void.
      if (sentBytes >= request.head.length) await untilAnswered(home.folder, answered + 1);
      const goneAfterMs = await untilNothingIsThere(service, home.folder, `${what}, cut at ${sentBytes} of ${ofBytes}`);
      if (upload) await api(service, 'DELETE', `/v1/dataset-uploads/${upload.id}`);
      say({ what, sentBytes, ofBytes, goneAfterMs });
    }
    await service.stop();
    const said = await doctor(home.env);
    if (said !== HEALTHY) throw new Error(`The doctor found something:\n${said}`);
  } finally {
    await service.stop();
    await home.remove();
  }
}

/** An upload of one part, and where it is to be put. */
async function beginUpload(service: Service): Promise<{ id: string; url: string }> {
  const json = { kind: 'text', name: 'cut', size_bytes: PART_BYTES };
  const { id } = await api(service, 'POST', '/v1/dataset-uploads', json);
  const { data } = await api(service, 'GET', `/v1/dataset-uploads/${id}/part-urls`);
  return { id, url: data[0].url };
}

const partRequest = (url: string, random: RandomGenerator): RawRequest =>
  frame(`PUT ${url}`, ['content-type: application/octet-stream'], Buffer.alloc(PART_BYTES, 'x'), random);

async function sendAndCut({ baseUrl }: Service, { head, body }: RawRequest, sentBytes: number): Promise<void> {
  const { hostname, port } = new URL(baseUrl);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => {}); // the server may have refused what it has read, and closed
  await once(socket, 'connect');
  const sent = Buffer.concat([Buffer.from(head), body]).subarray(0, sentBytes);
  await new Promise<void>((resolve) => socket.write(sent, () => resolve()));
  socket.destroy();
}

/** Uploads that the server has ended with, as its log has them. */
async function answeredRequests(folder: string): Promise<number> {
  const log = await readFile(join(folder, 'logs/server.log'), 'utf8');
  return log
    .split('\n')
    .filter((line) => /"method":"(POST|PUT)","path":"\/v1\/(datasets|dataset-uploads\/.*\/parts\/.*)"/.test(line))
    .length;
}

async function untilAnswered(folder: string, count: number): Promise<void> {
  for (const startMs = performance.now(); (await answeredRequests(folder)) < count; await setTimeout(POLL_MS)) {
    if (performance.now() - startMs > GONE_WITHIN_MS)
      throw new Error('The server does not end with an upload that was cut.');
  }
}

/** @returns after how many milliseconds */
async function untilNothingIsThere(service: Service, folder: string, cut: string): Promise<number> {
  const startMs = performance.now();
  for (;;) {
    const found = [...(await datasetsOf(service)), ...(await filesOf(join(folder, 'artifacts')))];
    const passedMs = performance.now() - startMs;
    if (found.length === 0) return passedMs;
    if (passedMs > GONE_WITHIN_MS) throw new Error(`After ${cut}, this is there: ${found.join(', ')}.`);
    await setTimeout(POLL_MS);
  }
}

async function datasetsOf(service: Service): Promise<string[]> {
  const { data } = await api(service, 'GET', '/v1/datasets');
  return data.map(({ id, state }: { id: string; state: string }) => `dataset ${id}, ${state}`);
}

async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

async function api({ baseUrl, apiKey }: Service, method: string, path: string, json?: object) {
  const answer = await fetch(`${baseUrl}${path}`, {
    method,
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    ...(json && { body: JSON.stringify(json) }),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${await answer.text()}`);
  return answer.status === 204 ? undefined : answer.json();
}
