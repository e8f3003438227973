import { Problem, type ServedModel, TOKEN_MEASURES } from '@laurel/contracts';
import { endpoints, endpointVersions, modelVersions, projects, usage } from '@laurel/storage';
import { eq, sql } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import { dayOf } from '../../usage/add-usage.ts';
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
  /** What of the project's tokens a day is written as used; null without a limit. */
  tokens: { used: number; limit: number } | null;
}

/**
 * Who answers a request, found in one query, and once a second where many ask: every score waits for it.
 *
 * @param routingKey requests with the same one are answered by the same version while the split stays; null
 *   for the live version, whatever the split
 * @throws {Problem} 404; 409 when the endpoint is there for something else
 */
export async function resolveEndpoint(
  context: Pick<Context, 'db' | 'now' | 'recent'>,
  projectId: string,
  idOrName: string,
  kind: EndpointRow['kind'],
  routingKey: string | null,
): Promise<ResolvedEndpoint> {
  const rows = await context.recent.find(
    `endpoint ${projectId} ${idOrName}`,
    () => readVersions(context, projectId, idOrName),
    ([first]) => first !== undefined && first.tokens === null, // what is used of a limit is asked each time
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
  return { answering, shadow: isShadowed ? versionOf(shadowVersion) : null, tokens: rows[0]?.tokens ?? null };
}

/** The versions that may answer, with the endpoint beside each. */
function readVersions({ db, now }: Pick<Context, 'db' | 'now'>, projectId: string, idOrName: string) {
  return db
    .select({
      endpoint: endpoints,
      endpointVersion: endpointVersions.number,
      modelVersionId: modelVersions.id,
      prefix: modelVersions.artifactPrefix,
      sha256: modelVersions.manifestSha256,
      tokens: tokensOf(now()),
    })
    .from(endpoints)
    .innerJoin(endpointVersions, eq(endpointVersions.endpointId, endpoints.id))
    .innerJoin(projects, eq(projects.id, endpoints.projectId))
    .innerJoin(modelVersions, eq(modelVersions.id, endpointVersions.modelVersionId))
    .where(
      sql`${isEndpoint(projectId, idOrName)} and (
        ${endpointVersions.number} in (${endpoints.liveVersion}, ${endpoints.shadowVersion})
        or ${endpoints.split} @> jsonb_build_array(jsonb_build_object('version', ${endpointVersions.number})))`,
    );
}

/** Asked along with the rest: a limit costs no query of its own, and none costs nothing. */
const tokensOf = (at: Date) => sql<ResolvedEndpoint['tokens']>`
  case when ${projects.quota}->>'tokens_per_day' is not null then (
    select jsonb_build_object('limit', ${projects.quota}->'tokens_per_day', 'used', coalesce(sum(${usage.amount}), 0))
    from ${usage}
    where ${usage.projectId} = ${projects.id} and ${usage.day} = ${dayOf(at)}
      and ${usage.measure} in ${TOKEN_MEASURES}
  ) end`;
