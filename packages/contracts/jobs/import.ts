import { z } from 'zod';
import { common, modelUploadId, scheduling } from './fields.ts';

/** Where a model's files are. What is taken is pinned: a hub's revision by its commit, every file by its SHA-256. */
const importSource = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('hub'),
    repo: z
      .string()
      .max(200)
      .regex(/^[\w-][\w.-]*\/[\w-][\w.-]*$/, 'must be a repository such as org/name'),
    /** A branch, tag or commit. */
    revision: z
      .string()
      .max(200)
      .regex(/^[\w-][\w.-]*(\/[\w-][\w.-]*)*$/, 'must be a branch, tag or commit')
      .default('main'),
  }),
  /** Read with the worker's credentials, under one of the places that the server's LAUREL_IMPORT_S3 names. */
  z.strictObject({
    type: z.literal('s3'),
    uri: z
      .string()
      .max(1024)
      .regex(
        /^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](\/[\w=+@-][\w=+@.-]*)+\/?$/,
        'must be of the form s3://bucket/prefix',
      ),
  }),
  /** A folder on the worker's machine, within the one that the server's LAUREL_IMPORT_FOLDER names. */
  z.strictObject({ type: z.literal('folder'), path: z.string().min(1).max(4096) }),
  z.strictObject({ type: z.literal('upload'), upload: modelUploadId }),
]);
export type ImportSource = z.infer<typeof importSource>;

/** A model in Hugging Face's layout becomes a model version, its files unchanged. */
export const importSpec = z.strictObject({
  type: z.literal('import'),
  ...scheduling,
  output_model: common.output_model,
  source: importSource,
  /** What a language model is to be, where its files do not say it. A reward model is known by its files. */
  kind: z.enum(['base', 'policy']).default('base'),
});
