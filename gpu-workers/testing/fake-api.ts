import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import type {
  ClaimAnswer,
  Completion,
  EventsReport,
  Failure,
  Heartbeat,
  HeartbeatAnswer,
  MetricsReport,
} from '@laurel/contracts';
import type { JobAddress } from '../train/job-api.ts';

const TOKEN = 'token-of-attempt-1';

/** The API's worker routes over real HTTP: one job, whose calls are recorded and whose answers a test sets. */
export class FakeApi {
  claim: ClaimAnswer;
  directive: HeartbeatAnswer['directive'] = 'continue';
  /** When set, every call is answered with this status, such as 409 once another attempt has begun. */
  refusal: number | null = null;
  /** Called after each call, so that a test can act in the middle of a job. */
  onCall: (action: string) => void = () => undefined;

  readonly heartbeats: Heartbeat[] = [];
  readonly events: EventsReport['events'] = [];
  readonly points: MetricsReport['points'] = [];
  completion: Completion | null = null;
  failure: Failure | null = null;
  paused = false;
  cancelled = false;
  #server: Server | null = null;
  #port = 0;

  constructor(claim: ClaimAnswer) {
    this.claim = claim;
  }

  get address(): JobAddress {
    return { apiUrl: `http://127.0.0.1:${this.#port}`, jobId: this.claim.job_id, token: TOKEN };
  }

  /** Listens; the second time at the same port, as a server does that was restarted. */
  async start(): Promise<this> {
    this.#server = createServer((request, response) => {
      void this.#answer(request).then(({ status, body }) => {
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body ?? {}));
      });
    }).listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
    return this;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    if (!server) return;
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  }

  async #answer(request: IncomingMessage): Promise<{ status: number; body?: unknown }> {
    const action = request.url?.split('/').at(-1) ?? '';
    const body = await json(request);
    if (request.headers.authorization !== `Bearer ${TOKEN}`) return { status: 401 };
    if (this.refusal !== null) return { status: this.refusal };
    const answer = this.#take(action, body);
    this.onCall(action);
    return { status: 200, body: answer };
  }

  #take(action: string, body: unknown): unknown {
    switch (action) {
      case 'claim':
        return this.claim;
      case 'heartbeat':
        this.heartbeats.push(body as Heartbeat);
        return { directive: this.directive };
      case 'events':
        return void this.events.push(...(body as EventsReport).events);
      case 'metrics':
        return void this.points.push(...(body as MetricsReport).points);
      case 'complete':
        this.completion = body as Completion;
        return;
      case 'fail':
        this.failure = body as Failure;
        return;
      case 'paused':
        this.paused = true;
        return;
      case 'cancelled':
        this.cancelled = true;
        return;
    }
  }
}
