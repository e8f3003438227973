import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';

const agents = { http: new http.Agent({ keepAlive: true }), https: new https.Agent({ keepAlive: true }) };

/** The time was over before all of the answer was there. */
export class TookTooLong extends Error {
  override name = 'TookTooLong';
}

/**
 * Posts JSON. Node's own client takes half of the time of `fetch`, and a score waits for it.
 *
 * @param timeoutMs for the answer and its body
 * @returns the answer, its body still to be read
 * @throws {Error} Node's, such as ECONNREFUSED, when the connection fails; TookTooLong
 */
export function post(
  url: URL,
  headers: Record<string, string>,
  json: unknown,
  timeoutMs: number,
): Promise<IncomingMessage> {
  const body = Buffer.from(JSON.stringify(json));
  const [client, agent] = url.protocol === 'https:' ? [https, agents.https] : [http, agents.http];
  return new Promise((resolve, reject) => {
    const request = client.request(url, {
      method: 'POST',
      agent,
      headers: { ...headers, 'content-type': 'application/json', 'content-length': body.length },
    });
    let answer: IncomingMessage | undefined;
    const timer = setTimeout(() => (answer ?? request).destroy(new TookTooLong()), timeoutMs);
    request.once('close', () => clearTimeout(timer)); // when the body has been read
    request.once('response', (response) => {
      answer = response;
      resolve(response);
    });
    request.on('error', reject); // once there is an answer, reading it tells
    request.end(body);
  });
}

/** The whole body. @throws {Error} when it breaks off; TookTooLong */
export function textOf(response: IncomingMessage): Promise<string> {
  response.setEncoding('utf8');
  return new Promise((resolve, reject) => {
    let text = '';
    response.on('data', (chunk: string) => {
      text += chunk;
    });
    response.once('end', () => resolve(text));
    response.once('error', reject);
  });
}
