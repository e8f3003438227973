import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as a test server saw it. */
interface SeenRequest {
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
  body: string;
}

export type Reply = (response: ServerResponse) => void;

/** Answers requests over real HTTP, each with the next reply of the script; its last reply serves all that follow. */
export async function startScriptedServer(replies: Reply[]) {
  const seen: SeenRequest[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (piece: string) => {
      body += piece;
    });
    request.on('end', () => {
      const { method = '', url: path = '', headers } = request;
      const reply = replies[Math.min(seen.length, replies.length - 1)];
      seen.push({ method, path, headers, body });
      reply?.(response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = () => {
    server.closeAllConnections();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  };
  return { baseUrl: `http://127.0.0.1:${port}`, seen, close };
}

/** Answers with JSON. */
export const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): Reply =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  };

/** Cuts the connection without an answer. */
export const hangUp: Reply = (response) => response.destroy();

/** Sends the pieces as an event stream; then ends it, or breaks the connection. */
export const eventStream =
  (pieces: string[], after: 'end' | 'break' = 'end'): Reply =>
  (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(pieces.join(''), () => (after === 'end' ? response.end() : response.destroy()));
  };
