import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** Stands in for AWS Batch, over real HTTP: keeps what it is sent, runs nothing, and answers as `answer` says. */
export interface BatchStandIn {
  endpoint: string;
  received: Array<{ call: string; body: Record<string, unknown> }>;
  answer: { status: number; body: object };
  stop(): Promise<void>;
}

export async function startBatch(): Promise<BatchStandIn> {
  const server = createServer((request, response) => void respond(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const batch: BatchStandIn = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received: [],
    answer: { status: 200, body: { jobId: 'aws-id', jobName: 'a-name' } },
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = JSON.parse(await text(request)) as Record<string, unknown>;
    batch.received.push({ call: `${request.method} ${request.url}`, body });
    const { status, body: content } = batch.answer;
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(content));
  }
  return batch;
}
