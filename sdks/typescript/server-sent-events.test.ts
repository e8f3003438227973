import { expect, test } from 'vitest';
import { parseServerSentEvents } from './server-sent-events.ts';
import { collect } from './testing/collect.ts';

/** The events of a stream that arrives in pieces of `size` bytes. */
async function parse(text: string, size: number) {
  const bytes = new TextEncoder().encode(text);
  const pieces: Uint8Array[] = [];
  for (let start = 0; start < bytes.length; start += size) pieces.push(bytes.slice(start, start + size));
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(piece);
      controller.close();
    },
  });
  return collect(parseServerSentEvents(stream));
}

const events = [
  { id: '1', event: 'stage', data: '{"stage":"träining"}' },
  { id: '2', event: 'message', data: 'two\nlines' },
];

test.each(['\n', '\r\n', '\r'])('events come out whole wherever the network cuts them (line end %j)', async (end) => {
  const lines = [': heartbeat', '', 'id: 1', 'event: stage', 'data: {"stage":"träining"}', ''];
  lines.push('id:2', 'retry: 10', 'data: two', 'data: lines', '', ': heartbeat', '');
  const text = `${lines.join(end)}${end}`;
  for (const size of [1, 2, 3, 7, text.length * 2]) expect(await parse(text, size)).toEqual(events);
});

test('an event that the end of the stream cuts off is dropped', async () => {
  expect(await parse('data: whole\n\ndata: cut', 4)).toEqual([{ id: '', event: 'message', data: 'whole' }]);
});

test('a line without a colon is a field with an empty value', async () => {
  expect(await parse('data\ndata: x\n\n', 5)).toEqual([{ id: '', event: 'message', data: '\nx' }]);
});
