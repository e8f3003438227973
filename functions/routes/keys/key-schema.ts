import { z } from '@hono/zod-openapi';
import { timestamp } from '../../http/schemas.ts';
import type { KeyRow } from '../../use-cases/keys/create-key.ts';
import { type Scope, scope } from '../../use-cases/keys/scopes.ts';

export const keyName = z.string().min(1).max(100);

export const keySchema = z
  .object({
    id: z.string(),
    project: z.string(),
    name: z.string(),
    /** The secret's first characters, to recognise it by. */
    prefix: z.string(),
    scopes: z.array(scope),
    created_at: timestamp,
    expires_at: timestamp.nullable(),
    revoked_at: timestamp.nullable(),
    /** To the minute. */
    last_used_at: timestamp.nullable(),
    /** Until when the secret before the last rotation is taken; null where none is. */
    previous_secret_expires_at: timestamp.nullable(),
  })
  .openapi('Key');

export const createdKeySchema = keySchema.extend({ secret: z.string() }).openapi('CreatedKey');

export const presentKey = (row: KeyRow): z.input<typeof keySchema> => ({
  id: row.id,
  project: row.projectId,
  name: row.name,
  prefix: row.prefix,
  scopes: row.scopes as Scope[],
  created_at: row.createdAt.toISOString(),
  expires_at: row.expiresAt?.toISOString() ?? null,
  revoked_at: row.revokedAt?.toISOString() ?? null,
  last_used_at: row.lastUsedAt?.toISOString() ?? null,
  previous_secret_expires_at: row.previousSecretExpiresAt?.toISOString() ?? null,
});
