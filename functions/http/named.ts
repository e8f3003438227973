import type { z } from '@hono/zod-openapi';

/**
 * A schema of the contracts under a name in the OpenAPI document. It is copied because a schema that was made before
 * `@hono/zod-openapi` was loaded lacks the method that names it.
 */
export const named = <Schema extends z.ZodType>(schema: Schema, name: string): Schema => schema.clone().openapi(name);
