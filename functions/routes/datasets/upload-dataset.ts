import { createRoute, z } from '@hono/zod-openapi';
import { datasetKind, Problem } from '@laurel/contracts';
import type { App } from '../../http/app.ts';
import { examplePost, exampleSummaries } from '../../http/example-ids.ts';
import { idempotencyKey, onceKept } from '../../http/once.ts';
import { readUpload } from '../../http/read-upload.ts';
import { json } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { describeIssue } from '../../uploads/describe-issue.ts';
import { Fingerprint } from '../../uploads/fingerprint.ts';
import { uploadDataset } from '../../use-cases/datasets/upload-dataset.ts';
import { datasetSchema, presentDataset } from './dataset-schema.ts';
import { uploadBodies } from './upload-bodies.ts';

const description = z.object({ kind: datasetKind, name: z.string().min(1).max(100) });

const comparison = `${JSON.stringify({ post: examplePost, chosen: exampleSummaries[0], rejected: exampleSummaries[1] })}\n`;

const route = createRoute({
  method: 'post',
  path: '/v1/datasets',
  operationId: 'datasets.upload',
  tags: ['datasets'],
  summary: 'Upload a dataset',
  description:
    'JSON Lines, a JSON array or CSV with a header, also as gzip or zstd: as the body, described by the query, or as the part `file` of a ' +
    'form, behind its fields `kind` and `name`. text: `{text}`, or as text/plain, where a document is what stands ' +
    'between blank lines. prompts: `{prompt}` or `{subreddit, title, post}`. demonstrations: ' +
    "`{prompt, completion}`, `{messages}` or `{subreddit, title, post, summary}`. comparisons: OpenAI's `{info, summaries, choice}`, " +
    '`{prompt, chosen, rejected, margin?}` with texts or chat messages, or the same with `{subreddit, title, post}` for the prompt. ' +
    'ratings: `{prompt, completion, axes}`. candidates: `{prompt, completions}`. Every row is checked; if one is bad, none is kept, and ' +
    'the first thousand errors are told. Rows of an array, of CSV or of plain text are counted from 1.',
  ...secured('datasets:write'),
  request: {
    query: z.object({
      kind: datasetKind.optional().openapi({ example: 'comparisons' }),
      name: description.shape.name.optional().openapi({ example: 'june' }),
    }),
    headers: idempotencyKey,
    body: uploadBodies(['kind', 'name', 'file'], comparison),
  },
  responses: { 201: json(datasetSchema, 'The dataset, ready.') },
});

export const registerUploadDataset = (app: App) =>
  app.openapi(route, async (c) => {
    const { fields, format, content } = await readUpload(c.req.raw);
    const described = description.safeParse({ ...c.req.valid('query'), ...fields });
    if (!described.success) {
      const errors = described.error.issues.flatMap(describeIssue);
      const detail = 'Say the kind and the name of the dataset: in the query, or in the form before its file.';
      throw new Problem(422, 'undescribed_upload', detail, { errors });
    }
    const fingerprint = new Fingerprint(content);
    const upload = { ...described.data, format, content: fingerprint };
    const told = async () => JSON.stringify([format, fields, await fingerprint.whole()]);
    const dataset = await onceKept(c, told, presentDataset, (keep) =>
      uploadDataset(c.get('context'), c.get('caller').projectId, upload, keep),
    );
    return c.json(dataset, 201, { location: `/v1/datasets/${dataset.id}` });
  });
