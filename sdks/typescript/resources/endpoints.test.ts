import { afterEach, expect, test } from 'vitest';
import { Laurel } from '../client.ts';
import { ConnectionError, ServerError } from '../errors.ts';
import { collect } from '../testing/collect.ts';
import { eventStream, startScriptedServer } from '../testing/scripted-server.ts';

let close = async () => {};
afterEach(() => close());

async function stream(events: string) {
  const server = await startScriptedServer([eventStream([events])]);
  close = server.close;
  const laurel = new Laurel({ baseUrl: server.baseUrl, apiKey: 'lk_secret', maxRetries: 0 });
  return collect(laurel.endpoints.stream('writer', { prompts: ['P'] }));
}

const delta = 'event: delta\ndata: {"prompt":0,"sample":0,"text":"one"}\n\n';

test('a text is told while it is written, and whole in the end', async () => {
  expect(await stream(`${delta}event: done\ndata: {"seed":7}\n\n`)).toEqual([
    { delta: { prompt: 0, sample: 0, text: 'one' } },
    { answer: { seed: 7 } },
  ]);
});

test('a text that breaks off ends in an error', async () => {
  const problem = { status: 503, code: 'engine_unavailable', detail: 'It broke off.' };
  await expect(stream(`${delta}event: error\ndata: ${JSON.stringify(problem)}\n\n`)).rejects.toThrow(ServerError);
  await expect(stream(delta)).rejects.toThrow(ConnectionError);
});
