import { modelVersions } from '@laurel/storage';
import { eq } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import type { Expectation } from '../expectation.ts';
import { getModelVersion, type ModelVersionRow } from './get-model-version.ts';

export interface Annotations {
  /** Null takes it away. */
  note?: string | null | undefined;
  /** In place of those that it has. */
  tags?: string[] | undefined;
}

/** Changes what people note of a version; what is left out stays, and not both are. @throws {Problem} 404; what `expect` throws */
export async function annotateModelVersion(
  { db }: Context,
  projectId: string,
  reference: string,
  { note, tags }: Annotations,
  expect: Expectation<ModelVersionRow>,
): Promise<ModelVersionRow> {
  const { id } = await getModelVersion({ db }, projectId, reference);
  const own = eq(modelVersions.id, id);
  return db.transaction(async (tx) => {
    const [version] = await tx.select().from(modelVersions).where(own).for('update');
    expect(version);
    const changes = { note, tags: tags && [...new Set(tags)] };
    const [annotated] = await tx.update(modelVersions).set(changes).where(own).returning();
    return annotated as ModelVersionRow;
  });
}
