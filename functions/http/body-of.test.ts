import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { bodyOf } from './body-of.ts';

test('a body that is cut before anybody reads it is an error for who does', async () => {
  const body = new ReadableStream({
    async start(controller) {
      controller.enqueue(new Uint8Array(3));
      await setTimeout(10);
      controller.error(new Error('aborted'));
    },
  });
  const stream = bodyOf(new Request('http://x/', { method: 'POST', body, duplex: 'half' } as RequestInit));
  await setTimeout(50); // what a database takes
  const read = async () => {
    for await (const _ of stream);
  };
  await expect(read()).rejects.toThrow('aborted');
});

test('no body is an empty one', async () => {
  for await (const _ of bodyOf(new Request('http://x/'))) expect.unreachable();
});
