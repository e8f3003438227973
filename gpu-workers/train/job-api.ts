import {
  type ClaimAnswer,
  type Completion,
  claimAnswer,
  type EventsReport,
  type Failure,
  type Heartbeat,
  type HeartbeatAnswer,
  heartbeatAnswer,
  type MetricsReport,
} from '@laurel/contracts';

/** Which job, where its API is, and the token that speaks for this attempt at it. */
export interface JobAddress {
  apiUrl: string;
  jobId: string;
  token: string;
}

/** The token is not the job's any more (401), or its attempt has just ended (409); or the job is gone (403, 404): stop quietly. */
export class StaleAttempt extends Error {
  override name = 'StaleAttempt';
}

/** The API did not answer, or not with an answer: worth trying again. */
export class ApiAway extends Error {
  override name = 'ApiAway';
}

/** The API understood the call and refused it as malformed; the same call will be refused again. */
export class ApiRefused extends Error {
  override name = 'ApiRefused';
}

const STALE = new Set([401, 403, 404, 409]);
const WORTH_A_RETRY = new Set([408, 425, 429]);
const TIMEOUT_MS = 15_000;

/**
 * The worker's side of packages/contracts/worker-protocol.ts; one call each, no retries.
 * Every method throws {@link StaleAttempt}, {@link ApiAway} or {@link ApiRefused}.
 */
export class JobApi {
  readonly address: JobAddress;

  constructor(address: JobAddress) {
    this.address = address;
  }

  async claim(): Promise<ClaimAnswer> {
    return claimAnswer.parse(await this.#post('claim'));
  }

  async heartbeat(progress: Heartbeat): Promise<HeartbeatAnswer> {
    return heartbeatAnswer.parse(await this.#post('heartbeat', progress));
  }

  async metrics(report: MetricsReport): Promise<void> {
    await this.#post('metrics', report);
  }

  async events(report: EventsReport): Promise<void> {
    await this.#post('events', report);
  }

  async complete(completion: Completion): Promise<void> {
    await this.#post('complete', completion);
  }

  async fail(failure: Failure): Promise<void> {
    await this.#post('fail', failure);
  }

  async paused(): Promise<void> {
    await this.#post('paused');
  }

  async cancelled(): Promise<void> {
    await this.#post('cancelled');
  }

  async #post(action: string, body?: object): Promise<unknown> {
    const { apiUrl, jobId, token } = this.address;
    const url = new URL(`/v1/worker/jobs/${jobId}/${action}`, apiUrl);
    const { status, text } = await request(url, token, body).catch((cause: unknown) => {
      throw new ApiAway(`${action}: no answer from ${url.origin}`, { cause });
    });
    if (status < 300) return text === '' ? undefined : JSON.parse(text);
    const message = `${action} was answered ${status}: ${text.slice(0, 500)}`;
    if (STALE.has(status)) throw new StaleAttempt(message);
    if (status >= 500 || WORTH_A_RETRY.has(status)) throw new ApiAway(message);
    throw new ApiRefused(message);
  }
}

async function request(url: URL, token: string, body: object | undefined): Promise<{ status: number; text: string }> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body ?? {}),
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  return { status: response.status, text: await response.text() };
}
