import { createRoute, z } from '@hono/zod-openapi';
import { Problem } from '@laurel/contracts';
import type { App } from '../../http/app.ts';
import { bearerOrPassword } from '../../http/bearer.ts';
import { problem } from '../../http/describe-problems.ts';
import { json, jsonBody } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { scoreItems } from '../../use-cases/endpoints/score-items.ts';
import { askHeaders, askOf, endpointParam } from '../endpoints/asking.ts';

const MAX_QUERIES = 1024;

const body = z
  .strictObject({
    /** Prompts with their responses behind them, as texts. */
    query: z.array(z.string()).min(1).max(MAX_QUERIES),
    /** The prompts that the queries begin with. */
    prompts: z.array(z.string().min(1)).min(1).max(MAX_QUERIES),
    /** Sent along by OpenRLHF, and of no use to a reward model. */
    labels: z.array(z.unknown()).nullish(),
  })
  .openapi('OpenrlhfRewardRequest');

const rewards = z.array(z.number());
const answer = z
  .object({
    /** Normalised scores, in the order of the queries. */
    rewards,
    scores: rewards,
    extra_logs: z.object({ raw_rewards: rewards }),
  })
  .openapi('OpenrlhfRewardAnswer');

const route = createRoute({
  method: 'post',
  path: '/openrlhf/{id}/get_reward',
  operationId: 'openrlhf.getReward',
  tags: ['compatible'],
  summary: "OpenRLHF's remote reward model, by an endpoint's reward model",
  description:
    '`--remote_rm_url http://key:lk_…@HOST/openrlhf/NAME/get_reward`: OpenRLHF sends no header of its own, so the key stands in the address, ' +
    'from which its client makes a header.',
  ...secured('score', bearerOrPassword),
  request: { params: endpointParam, headers: askHeaders, body: jsonBody(body) },
  responses: { 200: json(answer, 'The rewards.'), 409: problem('The endpoint generates.') },
});

export const registerOpenrlhfReward = (app: App) =>
  app.openapi(route, async (c) => {
    const { query, prompts } = c.req.valid('json');
    const items = query.map((text, i) => ({
      prompt: prompts[i] ?? '',
      completions: [responseOf(text, prompts[i], i)],
    }));
    const ask = askOf(c, c.req.valid('param').id);
    const { items: scored } = await scoreItems(c.get('context'), ask, { items, truncation: 'post' });
    const scores = scored.flat();
    const normalised = scores.map(({ score }) => score);
    const raw_rewards = scores.map(({ raw }) => raw);
    return c.json({ rewards: normalised, scores: normalised, extra_logs: { raw_rewards } }, 200);
  });

/** What stands behind the prompt. @throws {Problem} 422 for a query that does not begin with its prompt */
function responseOf(query: string, prompt: string | undefined, i: number): string {
  if (prompt !== undefined && query.startsWith(prompt)) return query.slice(prompt.length);
  const detail = `Query ${i} does not begin with its prompt, so where its response begins is not known.`;
  throw new Problem(422, 'prompt_mismatch', detail, {
    errors: [{ pointer: `/query/${i}`, code: 'prompt_mismatch', detail }],
  });
}
