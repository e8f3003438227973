import { type DatasetKind, type Problem, shapeRow, shapesOf } from '@laurel/contracts';
import { expect, test } from 'vitest';
import { ReportBuilder } from './dataset-report.ts';
import { type BlockReader, readBlock } from './read-block.ts';
import { storedRows } from './stored-rows.ts';

const read: BlockReader = async (kind, block) => readBlock(kind, block);

async function store(kind: DatasetKind, ...lines: (object | string)[]) {
  const content = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');
  const report = new ReportBuilder();
  let stored = '';
  for await (const chunk of storedRows(kind, inChunks(content), report, read)) stored += Buffer.from(chunk).toString();
  const rows = stored.trimEnd().split('\n');
  return { rows: rows.map((row) => JSON.parse(row)), report: report.build() };
}

async function* inChunks(text: string) {
  const bytes = Buffer.from(text);
  for (let i = 0; i < bytes.length; i += 7) yield bytes.subarray(i, i + 7); // so that lines and letters are cut
}

const problemOf = (upload: Promise<unknown>): Promise<Problem> =>
  upload.then(
    () => Promise.reject(new Error('It was taken.')),
    (error: Problem) => error,
  );

const openai = {
  info: { id: 't3_1', subreddit: 'dogs', title: 'Walks', post: 'Früh.' },
  summaries: [
    { text: ' a', policy: 'sup' },
    { text: ' bb', policy: 'ppo' },
  ],
  choice: 1,
  worker: 'w1',
  batch: 'b',
  split: 'valid1',
  extra: { confidence: 8 },
};

test("OpenAI's comparisons are stored with the better summary first", async () => {
  const { rows, report } = await store('comparisons', openai, { ...openai, choice: 0, extra: { confidence: 2 } });
  expect(rows[0]).toEqual({
    group: 't3_1',
    prompt: { head: 'SUBREDDIT: r/dogs\n\nTITLE: Walks\n\nPOST: ', post: 'Früh.', tail: '\n\nTL;DR:' },
    chosen: ' bb',
    rejected: ' a',
    confidence: 3,
    worker: 'w1',
    batch: 'b',
    split: 'valid1',
    policies: ['ppo', 'sup'],
  });
  expect(rows[1]).toMatchObject({ chosen: ' a', rejected: ' bb', confidence: 3, policies: ['sup', 'ppo'] });
  expect(report).toMatchObject({ rows: 2, groups: 1, longer_wins: 0.5, agreement: 0, splits: { valid1: 2 } });
});

test('pairs are stored with a prompt or the fields of a post, and grouped by what they answer', async () => {
  const pair = { chosen: 'yes', rejected: 'no', margin: 0.5 };
  const { rows } = await store(
    'comparisons',
    { prompt: 'P', ...pair },
    { post: 'Q', ...pair },
    { prompt: 'P', ...pair },
  );
  expect(rows[0]).toMatchObject({ prompt: { head: '', post: 'P', tail: '' }, ...pair });
  expect(rows[1].prompt.post).toBe('Q');
  expect(rows[2].group).toBe(rows[0].group);
  expect(rows[1].group).not.toBe(rows[0].group);
});

test('demonstrations are stored from prompts and from TL;DR rows', async () => {
  const { rows, report } = await store('demonstrations', { prompt: 'P', completion: 'c' }, '', {
    id: 'x',
    subreddit: 's',
    title: 't',
    post: 'p',
    summary: 'c',
  });
  expect(rows.map((row) => row.completion)).toEqual(['c', 'c']);
  expect(rows[1].group).toBe('x');
  expect(report).toMatchObject({ rows: 2, length_characters: { completion: { mean: 1, min: 1, max: 1 } } });
});

test('chats are stored with the text that a policy reads, and with what they were', async () => {
  const [question, answer] = [
    { role: 'user', content: 'Why?' },
    { role: 'assistant', content: 'So.' },
  ];
  const other = { role: 'assistant', content: 'No.' };
  const prompt = { head: 'user: ', post: 'Why?', tail: '\n\nassistant:' };
  const { rows: told } = await store('demonstrations', { messages: [question, answer] });
  expect(told[0]).toMatchObject({ prompt, completion: ' So.', messages: [question] });
  const { rows: asked } = await store('prompts', { prompt: [question] }, { prompt: 'P' }, { post: 'Q', title: 't' });
  expect(asked[0]).toMatchObject({ prompt, messages: [question] });
  const pair = { chosen: ' So.', rejected: ' No.', margin: 2, messages: [question] };
  const { rows: pairs } = await store(
    'comparisons',
    { prompt: [question], chosen: [answer], rejected: [other], margin: 2 },
    { chosen: [question, answer], rejected: [question, other], margin: 2 },
  );
  for (const row of pairs) expect(row).toMatchObject({ prompt, ...pair });
});

test.each(['prompts', 'demonstrations', 'comparisons', 'ratings', 'candidates'] as const)(
  'rows of %s become the same again from every shape that they are given out in',
  async (kind) => {
    const chat = [{ role: 'user', content: 'Why?' }];
    const uploads = {
      prompts: [
        { id: 'a', prompt: 'P' },
        { id: 'b', prompt: chat },
      ],
      demonstrations: [
        { id: 'a', prompt: 'P', completion: 'c' },
        { id: 'b', messages: [...chat, { role: 'assistant', content: 'So.' }] },
      ],
      comparisons: [openai, { ...openai, choice: 0 }],
      ratings: [{ info: openai.info, summary: { text: 'a', policy: 'p', axes: { overall: 3 } }, worker: 'w' }],
      candidates: [{ id: 'a', prompt: 'P', completions: ['x', { text: 'y', raw: 1, score: 2 }] }],
    };
    const { rows } = await store(kind, ...uploads[kind]);
    const shape = shapesOf(kind).find(
      (each) => each === (kind === 'comparisons' || kind === 'ratings' ? 'openai' : 'plain'),
    );
    const again = await store(kind, ...rows.map((row) => shapeRow(shape ?? 'stored', row)));
    const saying = (row: object) => Object.entries(row).filter(([name]) => name !== 'prompt' && name !== 'messages');
    expect(again.rows.map(saying)).toEqual(rows.map(saying));
  },
);

test('ratings are stored with the axes that were rated', async () => {
  const axes = { overall: 6, accuracy: 7, coverage: null, compatible: true };
  const summary = { text: ' a', policy: 'sup', axes, note: '' };
  const { rows } = await store(
    'ratings',
    { info: openai.info, summary, worker: 'w1', batch: 'b', split: 'test' },
    { prompt: 'P', completion: 'c', axes: { coherence: 1 } },
  );
  const { group, prompt } = (await store('comparisons', openai)).rows[0];
  const rated = { overall: 6, accuracy: 7 };
  expect(rows[0]).toEqual({ group, prompt, completion: ' a', policy: 'sup', worker: 'w1', axes: rated });
  expect(rows[1]).toMatchObject({ prompt: { post: 'P' }, completion: 'c', axes: { coherence: 1 } });
});

test.each([
  ['no rating', 'ratings', '{"prompt":"P","completion":"c","axes":{}}', '/axes', 'broken_rule'],
  ['a rating of 8', 'ratings', '{"prompt":"P","completion":"c","axes":{"overall":8}}', '/axes/overall', 'too_big'],
  ['an unknown axis', 'ratings', '{"prompt":"P","completion":"c","axes":{"style":4}}', '/axes/style', 'unknown_field'],
  ['not JSON', 'text', '{"text":', '', 'malformed_json'],
  ['no object', 'text', '[1]', '', 'not_an_object'],
  ['a wrong field', 'text', '{"text":"a","txt":"b"}', '/txt', 'unknown_field'],
  ['an empty text', 'text', '{"text":" "}', '/text', 'broken_rule'],
  ['a missing field', 'demonstrations', '{"prompt":"P"}', '/completion', 'missing_field'],
  ['identical answers', 'comparisons', '{"prompt":"P","chosen":" a","rejected":"a"}', '/rejected', 'broken_rule'],
  ['a choice out of range', 'comparisons', JSON.stringify({ ...openai, choice: 2 }), '/choice', 'invalid_value'],
  [
    'identical summaries',
    'comparisons',
    JSON.stringify({ ...openai, summaries: [{ text: 'a' }, { text: 'a' }] }),
    '/summaries/1/text',
    'broken_rule',
  ],
] as const)('%s is refused with its line and place', async (_, kind, line, pointer, code) => {
  const problem = await problemOf(store(kind, '', line));
  expect(problem).toMatchObject({ status: 422, code: 'invalid_rows' });
  expect(problem.errors).toContainEqual({ line: 2, pointer, code, detail: expect.any(String) });
});

test('all bad rows are counted and a thousand are listed', async () => {
  const problem = await problemOf(store('text', { text: 'good' }, ...Array.from({ length: 1500 }, () => 'bad')));
  expect(problem.message).toMatch(/^1500 of 1501 lines cannot be taken \(1500 malformed_json\)/);
  expect(problem.errors).toHaveLength(1000);
});

test('a report names a hundred splits, and counts the rows of the others', async () => {
  const row = (split: string) => ({ ...openai, split });
  const splits = ['x'.repeat(101), '__proto__', ...Array.from({ length: 150 }, (_, i) => `split${i}`), 'split3'];
  const { report } = await store('comparisons', ...splits.map(row));
  expect(Object.keys(report.splits)).toHaveLength(100);
  expect(report.splits).toMatchObject({ split0: 1, split3: 2 });
  expect(Object.entries(report.splits)).toContainEqual(['__proto__', 1]);
  expect(report.rows_in_other_splits).toBe(52);
});

test('an empty upload is refused', async () => {
  expect(await problemOf(store('text', '\n  \n'))).toMatchObject({ status: 422, code: 'empty_upload' });
});

test('a line of a gigabyte is read to its end and refused without being put together', async () => {
  const MEBIBYTES = 1024;
  let taken = 0;
  let peakBytes = 0;
  async function* gigabyte() {
    for (; taken < MEBIBYTES; taken++) {
      peakBytes = Math.max(peakBytes, process.memoryUsage().arrayBuffers);
      yield new Uint8Array(2 ** 20).fill(97);
    }
  }
  const problem = await problemOf(storedRows('text', gigabyte(), new ReportBuilder(), read).next());
  expect(problem.errors).toMatchObject([{ line: 1, code: 'line_too_long' }]);
  expect(taken).toBe(MEBIBYTES);
  expect(peakBytes).toBeLessThan(2 ** 29);
});
