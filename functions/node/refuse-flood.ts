import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import type { App } from '../http/app.ts';
import { patternOf, routesOf } from '../http/route-of.ts';
import { bareProblem } from './bare-problem.ts';

/**
 * Requests to endpoints that are answered at the same time: many batches of the engine. They are seconds of its work, and beyond them
 * waiting is of use to nobody.
 */
const MOST_ASKING = 256;
const RETRY_AFTER_SECONDS = '1';
const NOTED_EACH_MS = 1000;

/** Answers a request, and says so, where it is not to be answered by the app. */
export type Refuse = (request: IncomingMessage, response: ServerResponse) => boolean;

/**
 * Lets so many requests ask the engine at the same time. What comes beyond is refused before anything is made of it, so that a flood costs
 * little of what the others need: a third of what the app would take to refuse it. The log has their number, not a line of each.
 *
 * @param origins whose pages are to read the refusal, as in `shareWith`
 */
export function refuseFlood(app: App, origins: readonly string[], log: Logger, most = MOST_ASKING): Refuse {
  const address = addressesThatAsk(app);
  let asking = 0;
  let refused = 0;
  const note = () => {
    refused++;
    if (refused > 1) return;
    setTimeout(() => {
      log.warn({ refused }, 'more was asked of endpoints than they could answer');
      refused = 0;
    }, NOTED_EACH_MS).unref();
  };
  return (request, response) => {
    const [path = ''] = (request.url ?? '').split('?', 1);
    if (request.method !== 'POST' || !address.test(path)) return false;
    if (asking < most) {
      asking++;
      response.once('close', () => asking--);
      return false;
    }
    note();
    const detail = 'Too many requests are being answered; try again in a moment.';
    const { status, headers, body } = bareProblem({ status: 503, code: 'busy', detail, instance: path });
    const { origin = '' } = request.headers;
    response.writeHead(status, {
      ...headers,
      'retry-after': RETRY_AFTER_SECONDS,
      'cache-control': 'no-store',
      ...(origins.includes(origin) && { 'access-control-allow-origin': origin, vary: 'Origin' }),
    });
    response.end(body);
    return true;
  };
}

/** Those of the routes whose scope is `score`. */
function addressesThatAsk(app: App): RegExp {
  const asking = routesOf(app).filter(({ security = [] }) => security.some(({ apiKey }) => apiKey?.includes('score')));
  return new RegExp(`^(${asking.map(({ path }) => patternOf(path)).join('|')})$`);
}
