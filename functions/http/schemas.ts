import { z } from '@hono/zod-openapi';
import { MAX_INT32 } from '@laurel/contracts';

/** By what they are of. `examples.test.ts` checks all of them, and sends those of requests. */
type Examples<Value> = Record<string, Value>;

/** A response of a route: JSON of a schema. */
export const json = <Schema extends z.ZodType>(
  schema: Schema,
  description: string,
  examples?: Examples<z.output<Schema>>,
) => ({ description, content: { 'application/json': { schema, ...named(examples) } } });

/** The other form of a response: server-sent events (WHATWG HTML, section 9.2), of which the schema describes one. */
export const eventStream = {
  'text/event-stream': {
    schema: {
      type: 'object' as const,
      required: ['data'],
      properties: {
        id: { type: 'string' as const },
        event: { type: 'string' as const },
        data: { type: 'string' as const },
      },
    },
  },
};

/** A required JSON body. */
export const jsonBody = <Schema extends z.ZodType>(schema: Schema, examples?: Examples<z.input<Schema>>) => ({
  required: true,
  content: { 'application/json': { schema, ...named(examples) } },
});

const named = (examples: Examples<unknown> | undefined) =>
  examples && {
    examples: Object.fromEntries(Object.entries(examples).map(([name, value]) => [name, { value }])),
  };

/** Ids are not checked for their form: one that does not exist is 404, however it looks. */
export const idParam = z.object({ id: z.string().max(64) });

/** Taken wherever a model version is named. */
export const modelVersionReference = z
  .string()
  .max(128)
  .openapi({ description: "A model version's id, or `model@alias` for the one that the alias stands for now." });

export const modelVersionParam = z.object({ id: modelVersionReference });

export const timestamp = z.iso.datetime();

/** A time that a caller says, in any zone; PostgreSQL's calendar has no year 0. */
export const givenTime = z.iso
  .datetime({ offset: true })
  .refine((at) => !at.startsWith('0000'), 'must be after the year 0');

/** The number of an event or a line, from which to go on. Its type is said because it comes as text. */
export const position = z
  .string()
  .regex(/^\d+$/, 'must be a whole number')
  .transform(Number)
  .pipe(z.number().max(MAX_INT32))
  .openapi({ type: 'integer', minimum: 0, maximum: MAX_INT32 });

/** A number that comes as text, written as in JSON. zod's own coercion takes no text at all for 0. */
export const numberInText = <Schema extends z.ZodNumber>(schema: Schema) =>
  z.preprocess(
    (text) => (typeof text === 'string' ? (JSON_NUMBER.test(text) ? Number(text) : Number.NaN) : text),
    schema,
  );

const JSON_NUMBER = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i;

/** How many items a page may have. */
export const limitOf = (most: number, otherwise: number) =>
  numberInText(z.number().int().min(1).max(most)).default(otherwise);

export const pageQuery = z.object({
  limit: limitOf(100, 20).openapi({ description: 'Most items to answer.' }),
  after: z.string().max(64).optional().openapi({ description: 'The last id of the page before.' }),
});

/** Of a list whose items have tags. */
export const tagsQuery = z
  .string()
  .max(1024)
  .transform((tags) => tags.split(','))
  .optional()
  .openapi({ description: 'Tags that an item has to have, all of them, with commas between.' });

/** A page of a list, newest first. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({
    data: z.array(item),
    has_more: z.boolean(),
    first_id: z.string().nullable(),
    last_id: z.string().nullable(),
  });
