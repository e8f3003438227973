import { afterEach, describe, expect, test } from 'vitest';
import { Laurel } from '../client.ts';
import { collect } from '../testing/collect.ts';
import { eventStream, hangUp, json, type Reply, startScriptedServer } from '../testing/scripted-server.ts';
import { JobNotSucceededError } from './jobs.ts';

let close = async () => {};
afterEach(() => close());

async function serve(...replies: Reply[]) {
  const server = await startScriptedServer(replies);
  close = server.close;
  return { ...server, laurel: new Laurel({ baseUrl: server.baseUrl, apiKey: 'lk_secret' }) };
}

const job = (state: string, more: object = {}) => json(200, { id: 'job_1', state, error: null, ...more });
const event = (seq: number) => `id: ${seq}\nevent: stage\ndata: {"seq":${seq}}\n\n`;

describe('jobs.wait', () => {
  test('shows the progress and returns the job that succeeded', async () => {
    const { laurel } = await serve(job('running'), job('succeeded'));
    const states: string[] = [];
    const ended = await laurel.jobs.wait('job_1', { onProgress: (seen) => void states.push(seen.state) });
    expect(ended.state).toBe('succeeded');
    expect(states).toEqual(['running', 'succeeded']);
  });

  test('throws what the job failed of', async () => {
    const { laurel } = await serve(job('failed', { error: { code: 'bad_data', detail: 'Line 3 is empty.' } }));
    const error = await laurel.jobs.wait('job_1').catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(JobNotSucceededError);
    expect(error).toMatchObject({ code: 'job_failed', message: 'job_1 failed: Line 3 is empty.' });
  });

  test('goes on when the service comes back after more than the ordinary retries', async () => {
    const { laurel, seen } = await serve(hangUp, hangUp, hangUp, hangUp, job('succeeded'));
    expect((await laurel.jobs.wait('job_1')).state).toBe('succeeded');
    expect(seen).toHaveLength(5);
  });
});

describe('jobs.stream', () => {
  test('goes on after the last event when the connection breaks, and ends with the job', async () => {
    const broken = eventStream([event(1), ': heartbeat\n\n', event(2), 'id: 3\ndata: {"se'], 'break');
    const { laurel, seen } = await serve(broken, job('running'), eventStream([event(3)]), job('succeeded'));
    const events = await collect(laurel.jobs.stream('job_1'));
    expect(events).toEqual([{ seq: 1 }, { seq: 2 }, { seq: 3 }]);
    const resumed = seen.filter(({ headers }) => headers.accept === 'text/event-stream');
    expect(resumed.map(({ headers }) => headers['last-event-id'])).toEqual(['0', '2']);
  });

  test('fetches what a broken connection left out though the job has ended meanwhile', async () => {
    const { laurel } = await serve(
      eventStream([event(1)], 'break'),
      job('succeeded'),
      eventStream([event(2)]),
      job('succeeded'),
    );
    expect(await collect(laurel.jobs.stream('job_1'))).toEqual([{ seq: 1 }, { seq: 2 }]);
  });

  test('begins after the event that is named, and stops when the caller aborts', async () => {
    const open: Reply = (response) => void response.writeHead(200).write(event(8));
    const { laurel, seen } = await serve(open);
    const abort = new AbortController();
    const stream = laurel.jobs.stream('job_1', { after: 7, signal: abort.signal });
    expect((await stream.next()).value).toEqual({ seq: 8 });
    expect(seen[0]?.headers['last-event-id']).toBe('7');
    abort.abort(new Error('enough'));
    await expect(stream.next()).rejects.toThrow('enough');
  });
});

describe('jobs.report', () => {
  test('is data, or the text of a page', async () => {
    const page: Reply = (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html>');
    const { laurel, seen } = await serve(json(200, { policies: [] }), page);
    expect(await laurel.jobs.report('job_1')).toEqual({ policies: [] });
    expect(await laurel.jobs.report('job_1', { format: 'html' })).toBe('<!doctype html>');
    expect(seen.map(({ path, headers }) => [path, headers.accept])).toEqual([
      ['/v1/jobs/job_1/report?format=json', 'application/json'],
      ['/v1/jobs/job_1/report?format=html', 'text/html'],
    ]);
  });
});
