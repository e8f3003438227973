import { endpoints, endpointVersions } from '@laurel/storage';
import type { Finding, Patient } from './finding.ts';

/** Endpoints that would have a version answer which is not there. */
export async function findDanglingEndpoints({ db }: Patient): Promise<Finding[]> {
  const versions = await db.select().from(endpointVersions);
  const existing = new Set(versions.map(({ endpointId, number }) => `${endpointId} ${number}`));
  const rows = await db.select().from(endpoints);
  return rows.flatMap(({ id, liveVersion, split, shadowVersion }) => {
    const named = [
      liveVersion,
      ...split.map(({ version }) => version),
      ...(shadowVersion === null ? [] : [shadowVersion]),
    ];
    const absent = named.filter((number) => !existing.has(`${id} ${number}`));
    if (absent.length === 0) return [];
    return {
      sort: 'endpoint_without_version',
      where: id,
      what: `It is to answer by version ${absent.join(', ')}, which it does not have.`,
      remedy: 'Publish a version to it, or roll it back to a deployment whose versions are there.',
    };
  });
}
