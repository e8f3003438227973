import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { BatchFacts } from './batch-queue.ts';
import type { Answer, Work } from './work.ts';

/** What is read off when somebody asks. */
export interface Gauged {
  requests: number;
  fill: number;
  models: number;
  modelBytes: number;
}

const LATENCY_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
const FILL = [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 1];
const REQUESTS = [1, 2, 4, 8, 16, 32, 64, 128];

/** The server in numbers, in Prometheus' format; docs/scoring.md lists them. */
export class ServingMetrics {
  readonly #registry = new Registry();
  readonly #of = { registers: [this.#registry] };
  readonly #latency = new Histogram({
    name: 'laurel_serve_request_seconds',
    help: 'From the request to its answer.',
    labelNames: ['path', 'status'],
    buckets: LATENCY_SECONDS,
    ...this.#of,
  });
  readonly #wait = new Histogram({
    name: 'laurel_serve_wait_seconds',
    help: 'In line, of the request of a batch that waited longest.',
    buckets: LATENCY_SECONDS,
    ...this.#of,
  });
  readonly #compute = new Histogram({
    name: 'laurel_serve_batch_seconds',
    help: 'Of computing a batch.',
    buckets: LATENCY_SECONDS,
    ...this.#of,
  });
  readonly #fill = new Histogram({
    name: 'laurel_serve_batch_fill_ratio',
    help: 'Of the room for text that a batch has.',
    buckets: FILL,
    ...this.#of,
  });
  readonly #batch = new Histogram({
    name: 'laurel_serve_batch_requests',
    help: 'Requests that were computed together.',
    buckets: REQUESTS,
    ...this.#of,
  });
  readonly #tokens = new Counter({
    name: 'laurel_serve_tokens_total',
    help: 'Read to score, or sampled; a prompt counts for each of its completions.',
    labelNames: ['work'],
    ...this.#of,
  });

  constructor() {
    collectDefaultMetrics({ register: this.#registry });
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** All of it, to be scraped. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }

  watch(read: () => Gauged): void {
    const gauge = (name: string, help: string, value: keyof Gauged) =>
      new Gauge({
        name,
        help,
        collect() {
          this.set(read()[value]);
        },
        ...this.#of,
      });
    gauge('laurel_serve_queue_requests', 'Requests in line.', 'requests');
    gauge('laurel_serve_queue_fill_ratio', 'Of the text that may wait; requests beyond 1 are refused.', 'fill');
    gauge('laurel_serve_models', 'Models in memory.', 'models');
    gauge('laurel_serve_model_bytes', 'Their weights.', 'modelBytes');
  }

  countRequest(path: string, status: number, seconds: number): void {
    this.#latency.observe({ path, status }, seconds);
  }

  countBatch({ requests, fill, waitedSeconds, seconds }: BatchFacts): void {
    this.#batch.observe(requests);
    this.#fill.observe(fill);
    this.#wait.observe(waitedSeconds);
    this.#compute.observe(seconds);
  }

  countWork(work: Work, answer: Answer): void {
    if (!answer) return;
    if ('prompts' in answer) this.#tokens.inc({ work: 'generate' }, tokensOf(answer.prompts));
    else if (work.type === 'score') this.#tokens.inc({ work: 'score' }, tokensOf(answer.items));
  }
}

const tokensOf = (lists: readonly { tokens: number }[][]) => lists.flat().reduce((sum, { tokens }) => sum + tokens, 0);
