import { index, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { createdAt, moment } from './columns.ts';
import { projects } from './projects.ts';

/** API keys. The secret itself is never stored. */
export const keys = pgTable(
  'keys',
  {
    id: text().primaryKey(),
    projectId: text('project_id')
      .notNull()
      .references(() => projects.id),
    name: text().notNull(),
    /** SHA-256 of the secret, hexadecimal. Secrets are random and long, so no slow hash is needed. */
    secretHash: text('secret_hash').notNull(),
    /** Of the secret before the last rotation, which is taken until then; null where none is. */
    previousSecretHash: text('previous_secret_hash'),
    previousSecretExpiresAt: moment('previous_secret_expires_at'),
    /** The secret's first characters, to recognise a key by. */
    prefix: text().notNull(),
    scopes: text().array().notNull(),
    createdAt: createdAt(),
    expiresAt: moment('expires_at'),
    revokedAt: moment('revoked_at'),
    lastUsedAt: moment('last_used_at'),
  },
  (table) => [
    uniqueIndex('keys_secret_hash').on(table.secretHash),
    uniqueIndex('keys_previous_secret_hash').on(table.previousSecretHash),
    index('keys_project').on(table.projectId, table.id.desc()),
  ],
);
