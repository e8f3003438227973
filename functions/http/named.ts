import type { z } from 'zod';

/**
 * A schema of the contracts under a name in the OpenAPI document. The name is kept by zod's own `meta`: the method
 * `openapi`, which `@hono/zod-openapi` adds when it is loaded, is missing on schemas that were made before, as those of the
 * contracts are whenever something else imports them first.
 */
export const named = <Schema extends z.ZodType>(schema: Schema, name: string): Schema => schema.meta({ id: name });
