import type { Laurel } from '@laurel/sdk';
import type { Material } from './material.ts';
import type { Endpoints } from './publish.ts';

/** One held-out post, its reference and a summary by the served policy, each with its score by the served reward model. */
export async function showExample(laurel: Laurel, endpoints: Endpoints, { heldOut }: Material): Promise<string> {
  const [example] = heldOut.demonstrations;
  if (!example) throw new Error('There is no held-out document to show.');
  const { subreddit, title, post, summary } = example.row;
  const prompt = { subreddit, title, post };
  const generated = await laurel.endpoints.generate(endpoints.policy, { prompts: [prompt], seed: 1 });
  const completions = [summary, generated.prompts[0]?.samples[0]?.text.trim() ?? ''];
  const scored = await laurel.endpoints.score(endpoints.reward, { items: [{ prompt, completions }] });
  const scores = scored.items[0]?.scores.map(({ score }) => `score ${score.toFixed(2)}`) ?? [];
  return [
    `  post       ${post.replaceAll('\n', '\n             ')}`,
    `  reference  ${completions[0]} (${scores[0]})`,
    `  policy     ${completions[1]} (${scores[1]})`,
  ].join('\n');
}
