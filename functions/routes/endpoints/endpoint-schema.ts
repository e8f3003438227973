import { z } from '@hono/zod-openapi';
import { timestamp } from '../../http/schemas.ts';
import type { EndpointRow } from '../../use-cases/endpoints/get-endpoint.ts';
import type { EndpointVersionRow } from '../../use-cases/endpoints/publish-version.ts';
import type { Live } from '../../use-cases/endpoints/resolve-live.ts';

export const endpointSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    kind: z.enum(['score', 'generate']),
    /** Number of the version that answers. */
    live_version: z.number().int().nullable(),
    created_at: timestamp,
  })
  .openapi('Endpoint');

export const endpointVersionSchema = z
  .object({
    id: z.string(),
    endpoint: z.string(),
    /** Counts from 1 within the endpoint. */
    number: z.number().int(),
    model_version: z.string(),
    created_at: timestamp,
  })
  .openapi('EndpointVersion');

/** Which version an answer comes from. */
export const resolved = { endpoint_version: z.number().int(), model_version: z.string() };

export const presentLive = ({ endpointVersion, modelVersionId }: Live) => ({
  endpoint_version: endpointVersion,
  model_version: modelVersionId,
});

export const presentEndpoint = (row: EndpointRow): z.input<typeof endpointSchema> => ({
  id: row.id,
  name: row.name,
  kind: row.kind,
  live_version: row.liveVersion,
  created_at: row.createdAt.toISOString(),
});

export const presentEndpointVersion = (row: EndpointVersionRow): z.input<typeof endpointVersionSchema> => ({
  id: row.id,
  endpoint: row.endpointId,
  number: row.number,
  model_version: row.modelVersionId,
  created_at: row.createdAt.toISOString(),
});
