import { Problem } from '@laurel/contracts';
import { type Database, endpointDeployments } from '@laurel/storage';
import { and, desc, eq, lt, ne } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import type { Expectation } from '../expectation.ts';
import type { Caller } from '../keys/authenticate.ts';
import { type DeploymentRow, deploy } from './deploy.ts';
import { type EndpointRow, lockEndpoint } from './get-endpoint.ts';

/**
 * Has the version answer that was live before the present one, alone; again, the one before that.
 *
 * @throws {Problem} 404; 409 when no other version was live before; what `expect` throws
 */
export function rollBack(
  { db }: Context,
  { projectId, keyId }: Caller,
  endpointId: string,
  expect: Expectation<EndpointRow>,
): Promise<DeploymentRow> {
  return db.transaction(async (tx) => {
    const endpoint = await lockEndpoint(tx, projectId, endpointId);
    expect(endpoint);
    const before = await deploymentBefore(tx, endpoint);
    if (!before) {
      const detail = `No other version of endpoint "${endpoint.name}" was live before version ${endpoint.liveVersion}.`;
      throw new Problem(409, 'nothing_to_roll_back', detail);
    }
    const traffic = { live: before.liveVersion, split: [], shadow: endpoint.shadowVersion };
    return deploy(tx, endpoint.id, { cause: 'rollback', traffic, keyId, restores: before.id });
  });
}

/** A rollback stands for the deployment that it went back to. */
async function deploymentBefore(tx: Database, endpoint: EndpointRow): Promise<DeploymentRow | undefined> {
  const own = eq(endpointDeployments.endpointId, endpoint.id);
  const newestFirst = desc(endpointDeployments.id);
  const [present] = await tx.select().from(endpointDeployments).where(own).orderBy(newestFirst).limit(1);
  if (!present) return undefined;
  const [before] = await tx
    .select()
    .from(endpointDeployments)
    .where(
      and(
        own,
        lt(endpointDeployments.id, present.restores ?? present.id),
        ne(endpointDeployments.cause, 'rollback'),
        ne(endpointDeployments.liveVersion, present.liveVersion),
      ),
    )
    .orderBy(newestFirst)
    .limit(1);
  return before;
}
