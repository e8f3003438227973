import { Problem, type ServedModel } from '@laurel/contracts';
import { endpoints, endpointVersions, modelVersions } from '@laurel/storage';
import { eq, sql } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import { notFound } from '../not-found.ts';
import { type EndpointRow, isEndpoint } from './get-endpoint.ts';
import { versionFor } from './route-request.ts';

/** A version of an endpoint that answers. */
export interface AnsweringVersion {
  endpointId: string;
  endpointVersion: number;
  modelVersionId: string;
  model: ServedModel;
}

export interface ResolvedEndpoint {
  answering: AnsweringVersion;
  /** Scores the same for the record; null where none is to. */
  shadow: AnsweringVersion | null;
}

/**
 * Who answers a request, found in one query: every score waits for it.
 *
 * @param routingKey requests with the same one are answered by the same version while the split stays; null
 *   for the live version, whatever the split
 * @throws {Problem} 404; 409 when the endpoint is there for something else
 */
export async function resolveEndpoint(
  { db }: Pick<Context, 'db'>,
  projectId: string,
  idOrName: string,
  kind: EndpointRow['kind'],
  routingKey: string | null,
): Promise<ResolvedEndpoint> {
  const rows = await db
    .select({
      endpoint: endpoints,
      endpointVersion: endpointVersions.number,
      modelVersionId: modelVersions.id,
      prefix: modelVersions.artifactPrefix,
      sha256: modelVersions.manifestSha256,
    })
    .from(endpoints)
    .innerJoin(endpointVersions, eq(endpointVersions.endpointId, endpoints.id))
    .innerJoin(modelVersions, eq(modelVersions.id, endpointVersions.modelVersionId))
    .where(
      sql`${isEndpoint(projectId, idOrName)} and (
        ${endpointVersions.number} in (${endpoints.liveVersion}, ${endpoints.shadowVersion})
        or ${endpoints.split} @> jsonb_build_array(jsonb_build_object('version', ${endpointVersions.number})))`,
    );
  const endpoint = rows[0]?.endpoint;
  if (!endpoint) throw notFound('endpoint', idOrName);
  if (endpoint.kind !== kind) {
    const detail = `Endpoint "${endpoint.name}" is there to ${endpoint.kind}, not to ${kind}.`;
    throw new Problem(409, 'wrong_endpoint_kind', detail);
  }
  const versionOf = (number: number): AnsweringVersion => {
    const found = rows.find(({ endpointVersion }) => endpointVersion === number);
    if (!found) throw new Error(`Endpoint ${endpoint.id} lost its version ${number}.`);
    const { endpointVersion, modelVersionId, prefix, sha256: manifest_sha256 } = found;
    return { endpointId: endpoint.id, endpointVersion, modelVersionId, model: { prefix, manifest_sha256 } };
  };
  const { liveVersion: live, split, shadowVersion } = endpoint;
  const answering = versionOf(routingKey === null ? live : versionFor({ live, split }, endpoint.id, routingKey));
  const isShadowed = shadowVersion !== null && shadowVersion !== answering.endpointVersion;
  return { answering, shadow: isShadowed ? versionOf(shadowVersion) : null };
}
