import type { Duplex } from 'node:stream';
import { bareProblem } from './bare-problem.ts';

const MALFORMED = { status: 400, code: 'malformed', detail: 'This is no request of HTTP that can be read.' };
/** By Node's codes. */
const UNREADABLE: Record<string, typeof MALFORMED> = {
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, code: 'too_slow', detail: 'The headers did not arrive in time.' },
  HPE_CHUNK_EXTENSIONS_OVERFLOW: { status: 413, code: 'too_large', detail: 'The extensions of chunks are too large.' },
  HPE_HEADER_OVERFLOW: { status: 431, code: 'too_large', detail: 'The address and the headers are too large.' },
};

/** What is answered to bytes that are no request, or to a request for no possible address: problem details, like all else. */
export const unreadable = (nodeCode = '') => bareProblem(UNREADABLE[nodeCode] ?? MALFORMED);

/** Answers what Node made no request of, and ends the connection; a listener for a server's `clientError`. */
export function refuseUnreadable({ code }: NodeJS.ErrnoException, socket: Duplex): void {
  if (code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const { status, title, headers, body } = unreadable(code);
  const lines = Object.entries({ ...headers, connection: 'close' }).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${title}\r\n${lines.join('')}\r\n${body}`);
}
