import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ComparisonRow, type DemonstrationRow, renderPrompt } from '@laurel/contracts';

const folder = process.env.LAUREL_BENCH_DATA || fileURLToPath(new URL('../../../shared/data', import.meta.url));

const PAPER_TEMPLATE = 'TITLE: {title}\n\nABSTRACT: {post}\n\nTL;DR:';

interface Post {
  id: string;
  subreddit: string;
  title: string;
  post: string;
}

/** Posts with their authors' summaries. */
export function readPosts(): DemonstrationRow[] {
  return readRows<Post & { summary: string }>('tldr-posts/posts.jsonl').map(({ id, summary, ...post }) => ({
    group: id,
    prompt: renderPrompt(post),
    completion: summary,
  }));
}

/** Abstracts of papers with one summary each. */
export function readPapers(): DemonstrationRow[] {
  return readRows<{ id: string; title: string; document: string; summaries: [string] }>('scitldr/train.jsonl').map(
    ({ id, title, document, summaries: [completion] }) => ({
      group: id,
      prompt: renderPrompt({ title, post: document }, PAPER_TEMPLATE),
      completion,
    }),
  );
}

/** What people preferred. */
export function readComparisons(): ComparisonRow[] {
  return readRows<{ info: Post; summaries: [{ text: string }, { text: string }]; choice: 0 | 1 }>(
    'tldr-comparisons/batch13.jsonl',
  ).map(({ info, summaries, choice }) => ({
    group: info.id,
    prompt: renderPrompt(info),
    chosen: summaries[choice].text,
    rejected: summaries[choice === 0 ? 1 : 0].text,
  }));
}

function readRows<Row>(file: string): Row[] {
  const path = join(folder, file);
  if (!existsSync(path))
    throw new Error(
      `${path} is not there. The benchmark measures on real texts: have LAUREL_BENCH_DATA name a folder with ` +
        'tldr-comparisons/batch13.jsonl, tldr-posts/posts.jsonl and scitldr/train.jsonl.',
    );
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as Row);
}
