import { Problem, type ProblemError, type Traffic } from '@laurel/contracts';
import { type Database, endpointVersions } from '@laurel/storage';
import { eq } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import type { Expectation } from '../expectation.ts';
import type { Caller } from '../keys/authenticate.ts';
import { type DeploymentRow, deploy } from './deploy.ts';
import { type EndpointRow, lockEndpoint } from './get-endpoint.ts';

/**
 * Has an endpoint's requests answered as said.
 *
 * @throws {Problem} 404; 422 for a version that the endpoint does not have, and for a shadow where nothing is scored or of the live
 *   version itself; what `expect` throws
 */
export function routeTraffic(
  { db }: Context,
  { projectId, keyId }: Caller,
  endpointId: string,
  traffic: Traffic,
  expect: Expectation<EndpointRow>,
): Promise<DeploymentRow> {
  return db.transaction(async (tx) => {
    const endpoint = await lockEndpoint(tx, projectId, endpointId);
    expect(endpoint);
    await checkTraffic(tx, endpoint, traffic);
    return deploy(tx, endpoint.id, { cause: 'route', traffic, keyId });
  });
}

async function checkTraffic(tx: Database, { id, name, kind }: EndpointRow, traffic: Traffic): Promise<void> {
  const rows = await tx
    .select({ number: endpointVersions.number })
    .from(endpointVersions)
    .where(eq(endpointVersions.endpointId, id));
  const known = new Set(rows.map(({ number }) => number));
  const errors: ProblemError[] = [];
  const object = (pointer: string, code: string, detail: string) => errors.push({ pointer, code, detail });
  const check = (pointer: string, version: number) => {
    if (!known.has(version)) object(pointer, 'unknown_version', `Endpoint "${name}" has no version ${version}.`);
  };
  check('/live', traffic.live);
  traffic.split.forEach(({ version }, i) => {
    check(`/split/${i}/version`, version);
  });
  if (traffic.shadow !== null) {
    check('/shadow', traffic.shadow);
    if (kind !== 'score') object('/shadow', 'wrong_kind', 'Samples differ each time: only scores can be compared.');
    else if (traffic.shadow === traffic.live) {
      object('/shadow', 'same_version', `Version ${traffic.live} is live: beside itself it would be no shadow.`);
    }
  }
  if (errors.length > 0) throw new Problem(422, 'invalid_inputs', errors[0]?.detail ?? '', { errors });
}
