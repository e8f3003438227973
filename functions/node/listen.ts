import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import type { App } from '../http/app.ts';
import type { Refuse } from './refuse-flood.ts';
import { refuseUnreadable, unreadable } from './refuse-unreadable.ts';

export interface Listening {
  server: Server;
  url: string;
  /** Lets the app answer what is not refused, also the requests that came before. */
  answerWith: (app: App, refuse: Refuse) => void;
}

/** Connections that wait to be accepted: of a flood, what comes within some tenths of a second. Linux takes 4,096 at most by default. */
const BACKLOG = 4096;
const HEADERS_MS = 10_000;
/** A body may take as long as it likes, but not stop coming for longer than this. */
const BODY_PAUSE_MS = 120_000;

/** Reserves an address; requests wait until there is an app to answer them. @throws {Error} when the port is in use */
export async function listen(host: string, port: number): Promise<Listening> {
  let isRefused: Refuse = () => false;
  let become: (app: App) => void = () => {};
  const ready = new Promise<App>((resolve) => {
    become = resolve;
  });
  const answerWith = (app: App, refuse: Refuse) => {
    isRefused = refuse;
    become(app);
  };
  const answer = getRequestListener(async (request, env) => (await ready).fetch(request, env), {
    errorHandler: () => {
      const { body, ...rest } = unreadable(); // the app answers errors of its own
      return new Response(body, rest);
    },
  });
  const server = createServer({ headersTimeout: HEADERS_MS, requestTimeout: 0 }, (request, response) => {
    if (isRefused(request, response)) return;
    request.setTimeout(BODY_PAUSE_MS, () => request.destroy());
    request.once('end', () => request.setTimeout(0));
    void answer(request, response);
  });
  server.on('clientError', refuseUnreadable);
  server.listen({ port, host, backlog: BACKLOG });
  await once(server, 'listening').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'EADDRINUSE') throw cause;
    const remedy = `Stop what uses it, or choose another: PORT=${port + 1} npm start.`;
    throw new Error(`Port ${port} of ${host} is in use. ${remedy}`, { cause });
  });
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('The server has no address.');
  const name = host === '0.0.0.0' ? '127.0.0.1' : host;
  return { server, url: `http://${name}:${address.port}`, answerWith };
}

const LAST_ANSWERS_MS = 2_000;

/** Takes no more requests, and gives those that are running a moment to end; streams of events are cut. */
export async function hangUp(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), LAST_ANSWERS_MS);
  await closed;
  clearTimeout(timer);
}
