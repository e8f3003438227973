import { z } from '@hono/zod-openapi';

/** A response of a route: JSON of a schema. */
export const json = <Schema extends z.ZodType>(schema: Schema, description: string) => ({
  description,
  content: { 'application/json': { schema } },
});

/** A required JSON body. */
export const jsonBody = <Schema extends z.ZodType>(schema: Schema) => ({
  required: true,
  content: { 'application/json': { schema } },
});

/** Ids are not checked for their form: one that does not exist is 404, however it looks. */
export const idParam = z.object({ id: z.string().max(64) });

export const timestamp = z.iso.datetime();

export const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(100).default(20).openapi({ description: 'Most items to answer.' }),
  after: z.string().max(64).optional().openapi({ description: 'The last id of the page before.' }),
});

/** A page of a list, newest first. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({
    data: z.array(item),
    has_more: z.boolean(),
    first_id: z.string().nullable(),
    last_id: z.string().nullable(),
  });
