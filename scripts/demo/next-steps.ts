import type { Material } from './material.ts';
import type { Endpoints } from './publish.ts';
import type { Service } from './service.ts';

/** How to go on by hand: the address, the key, and three commands that can be pasted. */
export function nextSteps({ baseUrl, apiKey }: Service, endpoints: Endpoints, { heldOut }: Material): string {
  const [example] = heldOut.demonstrations;
  if (!example) throw new Error('There is no held-out document to show.');
  const { subreddit, title, post, summary } = example.row;
  const prompt = { subreddit, title, post };
  const send = (path: string, body: object) =>
    `curl -s ${baseUrl}${path} -H 'Authorization: Bearer ${apiKey}' -H 'Content-Type: application/json' -d '${quoted(body)}'`;
  return [
    `The service is at ${baseUrl}; its key is ${apiKey}`,
    '',
    `curl -s ${baseUrl}/v1/health`,
    '',
    send(`/v1/endpoints/${endpoints.policy}/generate`, { prompts: [prompt], n: 2, temperature: 0.7 }),
    '',
    send(`/v1/endpoints/${endpoints.reward}/score`, { items: [{ prompt, completions: [summary, post] }] }),
  ].join('\n');
}

/** JSON for a single-quoted argument of a POSIX shell. */
const quoted = (body: object): string => JSON.stringify(body).replaceAll("'", `'\\''`);
