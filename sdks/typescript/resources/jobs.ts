import { LaurelError } from '../errors.ts';
import { Paged } from '../paged.ts';
import { patiently } from '../patiently.ts';
import { sleep } from '../retry.ts';
import { parseServerSentEvents } from '../server-sent-events.ts';
import type { CallOptions, Transport, WaitOptions } from '../transport.ts';
import type { Answer, Body, Item } from '../types.ts';

export type Job = Answer<'jobs.get'>;
export type JobSpec = Body<'jobs.create'>;
export type JobEvent = Item<'jobs.events'>;
export type JobMetric = Item<'jobs.metrics'>;
export type JobEstimate = Answer<'jobs.estimate'>;
export type JobReport = Answer<'jobs.report'>;

const POLL_MS = 1_000;
const REPORT_TYPES = { json: 'application/json', html: 'text/html', markdown: 'text/markdown' };
const ENDED = new Set<string>(['succeeded', 'failed', 'cancelled']);

/** A job that was waited for ended otherwise than in `succeeded`. */
export class JobNotSucceededError extends LaurelError {
  override name = 'JobNotSucceededError';
  readonly job: Job;

  constructor(job: Job) {
    super(`job_${job.state}`, `${job.id} ${job.state}${job.error ? `: ${job.error.detail}` : '.'}`);
    this.job = job;
  }
}

/** Training and evaluation runs. */
export class Jobs {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Queues a job. A retry of this call cannot make a second one: all its tries carry one idempotency key. */
  create(spec: JobSpec, options: WaitOptions = {}): Promise<Job> {
    return this.#transport.json('/v1/jobs', { method: 'POST', json: spec, ...options });
  }

  get(id: string, options: WaitOptions = {}): Promise<Job> {
    return this.#transport.json(`/v1/jobs/${id}`, options);
  }

  /** Jobs, newest first; `tags` with commas between, all of which a job has to have. */
  list(
    query: { limit?: number; state?: Job['state']; type?: Job['type']; tags?: string; pipeline?: string } = {},
    options: CallOptions = {},
  ): Paged<Job> {
    return new Paged(this.#transport, '/v1/jobs', query, options);
  }

  /** What a job would take, from low to high, without starting it. */
  estimate(spec: JobSpec, options: CallOptions = {}): Promise<JobEstimate> {
    return this.#transport.json('/v1/job-estimates', { method: 'POST', json: spec, ...options });
  }

  /** The job leaves a checkpoint, gives its place to another one, and waits until it is resumed. */
  pause(id: string, options: CallOptions = {}): Promise<Job> {
    return this.#transport.json(`/v1/jobs/${id}/pause`, { method: 'POST', ...options });
  }

  resume(id: string, options: CallOptions = {}): Promise<Job> {
    return this.#transport.json(`/v1/jobs/${id}/resume`, { method: 'POST', ...options });
  }

  /** Takes up a job that failed or was cancelled, from its last checkpoint; one that reached its cap needs a higher one. */
  retry(id: string, query: { max_cost_usd?: number } = {}, options: CallOptions = {}): Promise<Job> {
    return this.#transport.json(`/v1/jobs/${id}/retry`, { method: 'POST', query, ...options });
  }

  /** Newest first. The id of one that holds a model stands where a model version does, once the job has ended. */
  checkpoints(id: string, options: CallOptions = {}): Promise<Answer<'jobs.checkpoints'>> {
    return this.#transport.json(`/v1/jobs/${id}/checkpoints`, options);
  }

  /** The file that an export made, as a stream. */
  async file(id: string, options: CallOptions = {}): Promise<ReadableStream<Uint8Array>> {
    const response = await this.#transport.send(`/v1/jobs/${id}/file`, { streamed: true, ...options });
    return response.body as ReadableStream<Uint8Array>;
  }

  cancel(id: string, options: CallOptions = {}): Promise<Job> {
    return this.#transport.json(`/v1/jobs/${id}/cancel`, { method: 'POST', ...options });
  }

  /** Measured values, by step and then by name; those of one metric if it is named; each curve in at most `points`, if that is given. */
  metrics(
    id: string,
    query: { name?: string; limit?: number; points?: number } = {},
    options: CallOptions = {},
  ): Paged<JobMetric> {
    return new Paged(this.#transport, `/v1/jobs/${id}/metrics`, query, options);
  }

  /** What an evaluation found: as data, as one HTML page with plots that needs nothing else, or as Markdown. */
  report(id: string, options?: CallOptions & { format?: 'json' }): Promise<JobReport>;
  report(id: string, options: CallOptions & { format: 'html' | 'markdown' }): Promise<string>;
  async report(
    id: string,
    { format = 'json', ...call }: CallOptions & { format?: keyof typeof REPORT_TYPES } = {},
  ): Promise<JobReport | string> {
    const request = { query: { format }, headers: { accept: REPORT_TYPES[format] }, ...call };
    if (format === 'json') return await this.#transport.json<JobReport>(`/v1/jobs/${id}/report`, request);
    return await (await this.#transport.send(`/v1/jobs/${id}/report`, request)).text();
  }

  /**
   * Waits until the job has ended and returns it; `onProgress` sees it about once a second. Goes on while the service is
   * started again, for up to two minutes.
   * @throws {JobNotSucceededError} when it failed or was cancelled
   */
  async wait(
    id: string,
    options: CallOptions & { onProgress?: (job: Job) => void | Promise<void> } = {},
  ): Promise<Job> {
    const { onProgress, ...call } = options;
    for (;;) {
      const job = await patiently(() => this.get(id, call), call.signal);
      await onProgress?.(job);
      if (job.state === 'succeeded') return job;
      if (ENDED.has(job.state)) throw new JobNotSucceededError(job);
      await sleep(POLL_MS, call.signal);
    }
  }

  /**
   * The job's events as they happen, from the one numbered `after` (from the first if left out) to the job's end. A
   * connection that breaks is made again and goes on after the last event seen.
   */
  async *stream(id: string, options: CallOptions & { after?: number } = {}): AsyncGenerator<JobEvent> {
    const { after = 0, ...call } = options;
    let lastId = String(after);
    for (;;) {
      const response = await patiently(() => this.#openStream(id, lastId, call), call.signal);
      let unbroken = true;
      try {
        for await (const message of parseServerSentEvents(response.body as ReadableStream<Uint8Array>)) {
          lastId = message.id;
          yield JSON.parse(message.data) as JobEvent;
        }
      } catch (error) {
        if (!(error instanceof TypeError)) throw error; // fetch's name for a connection that was lost
        unbroken = false;
      }
      const job = await patiently(() => this.get(id, call), call.signal);
      if (unbroken && ENDED.has(job.state)) return;
    }
  }

  #openStream(id: string, lastId: string, call: CallOptions): Promise<Response> {
    const headers = { accept: 'text/event-stream', 'last-event-id': lastId };
    return this.#transport.send(`/v1/jobs/${id}/events`, { headers, streamed: true, ...call });
  }
}
