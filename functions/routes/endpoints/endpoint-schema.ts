import { z } from '@hono/zod-openapi';
import { goldenCheck, trafficShare } from '@laurel/contracts';
import { named } from '../../http/named.ts';
import { timestamp } from '../../http/schemas.ts';
import type { EndpointVersionRow } from '../../use-cases/endpoints/add-version.ts';
import type { DeploymentRow } from '../../use-cases/endpoints/deploy.ts';
import type { EndpointRow } from '../../use-cases/endpoints/get-endpoint.ts';
import type { AnsweringVersion } from '../../use-cases/endpoints/resolve-endpoint.ts';

const answering = {
  /** Number of the version that answers, but for the share of the split. */
  live_version: z.number().int(),
  split: z.array(named(trafficShare, 'TrafficShare')),
  /** Number of the version that scores for the record alone. */
  shadow_version: z.number().int().nullable(),
};

export const endpointSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    kind: z.enum(['score', 'generate']),
    ...answering,
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
    /** How close the server came to the model's golden scores before this version was made. */
    golden: named(goldenCheck, 'GoldenCheck'),
    created_at: timestamp,
  })
  .openapi('EndpointVersion');

export const deploymentSchema = z
  .object({
    id: z.string(),
    endpoint: z.string(),
    cause: z.enum(['create', 'publish', 'route', 'rollback']),
    ...answering,
    /** Of a rollback: the earlier deployment that it goes back to. */
    restores: z.string().nullable(),
    /** The key that asked for it. */
    key: z.string(),
    created_at: timestamp,
  })
  .openapi('Deployment');

/** Which version an answer comes from. */
export const resolved = { endpoint_version: z.number().int(), model_version: z.string() };

export const presentResolved = ({
  endpointVersion,
  modelVersionId,
}: Pick<AnsweringVersion, 'endpointVersion' | 'modelVersionId'>) => ({
  endpoint_version: endpointVersion,
  model_version: modelVersionId,
});

const presentAnswering = ({ liveVersion, split, shadowVersion }: EndpointRow | DeploymentRow) => ({
  live_version: liveVersion,
  split,
  shadow_version: shadowVersion,
});

export const presentEndpoint = (row: EndpointRow): z.input<typeof endpointSchema> => ({
  id: row.id,
  name: row.name,
  kind: row.kind,
  ...presentAnswering(row),
  created_at: row.createdAt.toISOString(),
});

export const presentEndpointVersion = (row: EndpointVersionRow): z.input<typeof endpointVersionSchema> => ({
  id: row.id,
  endpoint: row.endpointId,
  number: row.number,
  model_version: row.modelVersionId,
  golden: row.golden,
  created_at: row.createdAt.toISOString(),
});

export const presentDeployment = (row: DeploymentRow): z.input<typeof deploymentSchema> => ({
  id: row.id,
  endpoint: row.endpointId,
  cause: row.cause,
  ...presentAnswering(row),
  restores: row.restores,
  key: row.keyId,
  created_at: row.createdAt.toISOString(),
});
