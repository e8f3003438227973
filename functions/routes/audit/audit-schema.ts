import { z } from '@hono/zod-openapi';
import { givenTime, timestamp } from '../../http/schemas.ts';
import type { AuditEntryRow, AuditFilter } from '../../use-cases/audit/list-audit-entries.ts';

export const auditEntrySchema = z
  .object({
    id: z.string(),
    /** The caller's. */
    project: z.string(),
    /** Null for what the service did by a rule of retention. */
    key: z.string().nullable(),
    /** The `operationId` of what was asked for. */
    operation: z.string(),
    /** The id of what was changed or made. */
    object: z.string().nullable(),
    /** Of the answer. */
    status: z.number().int(),
    /** Where the request came from: an IPv4 address, or the network of an IPv6 address; behind a proxy, the proxy's. */
    address: z.string().nullable(),
    request_id: z.string().nullable(),
    at: timestamp,
  })
  .openapi('AuditEntry');

export const presentAuditEntry = (row: AuditEntryRow): z.input<typeof auditEntrySchema> => ({
  id: row.id,
  project: row.projectId,
  key: row.keyId,
  operation: row.operation,
  object: row.object,
  status: row.status,
  address: row.address,
  request_id: row.requestId,
  at: row.at.toISOString(),
});

const word = z.string().max(64).optional();

export const auditQuery = z.object({
  project: word,
  key: word,
  operation: word,
  object: word,
  from: givenTime.optional(),
  to: givenTime.optional().openapi({ description: 'The first moment that is not among them.' }),
});

export const filterOf = ({ from, to, ...rest }: z.output<typeof auditQuery>): AuditFilter => ({
  ...rest,
  from: from ? new Date(from) : undefined,
  to: to ? new Date(to) : undefined,
});
