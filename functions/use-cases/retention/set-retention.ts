import type { Retention } from '@laurel/contracts';
import { projects } from '@laurel/storage';
import { eq } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import type { Expectation } from '../expectation.ts';
import type { Caller } from '../keys/authenticate.ts';
import { getProject } from '../projects/get-project.ts';
import { rulesOf } from './get-retention.ts';

/** Sets what of a project goes when; first an hour from now, so that a mistake can be taken back. @throws {Problem} 404; what `expect` throws */
export async function setRetention(
  context: Context,
  caller: Caller,
  id: string,
  rules: Retention,
  expect: Expectation<Retention>,
): Promise<Retention> {
  const { db, now } = context;
  const own = eq(projects.id, (await getProject(context, caller, id)).id);
  await db.transaction(async (tx) => {
    const [project] = await tx.select().from(projects).where(own).for('no key update');
    expect(project && rulesOf(project));
    await tx.update(projects).set({ retention: rules, retainedAt: now() }).where(own);
  });
  return rules;
}
