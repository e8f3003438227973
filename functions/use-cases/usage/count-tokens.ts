import type { CompletionScore, GeneratedSample } from '@laurel/contracts';
import type { Context } from '../../context.ts';
import type { GenerationNews } from '../../serving/serving.ts';

type Meter = Pick<Context, 'usage'>;

const sum = (tokens: number[]): number => tokens.reduce((total, each) => total + each, 0);

export function countScored({ usage }: Meter, projectId: string, items: CompletionScore[][]): void {
  usage.add(projectId, 'scored_tokens', sum(items.flat().map(({ tokens }) => tokens)));
}

/** A prompt is read once for all its samples. */
export function countGenerated({ usage }: Meter, projectId: string, prompts: GeneratedSample[][]): void {
  usage.add(projectId, 'prompt_tokens', sum(prompts.map(([sample]) => sample?.prompt_tokens ?? 0)));
  usage.add(projectId, 'generated_tokens', sum(prompts.flat().map(({ tokens }) => tokens)));
}

/** Of a generation that nobody listens to any more, every piece that was told counts as a token: it is one at least. */
export async function* countFollowed(
  context: Meter,
  projectId: string,
  news: AsyncGenerator<GenerationNews>,
): AsyncGenerator<GenerationNews> {
  let pieces = 0;
  try {
    for await (const item of news) {
      if ('answer' in item) {
        pieces = 0;
        countGenerated(context, projectId, item.answer.prompts);
      } else pieces += 1;
      yield item;
    }
  } finally {
    if (pieces > 0) context.usage.add(projectId, 'generated_tokens', pieces);
  }
}
