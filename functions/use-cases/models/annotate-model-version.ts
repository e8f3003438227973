import { modelVersions } from '@laurel/storage';
import { eq } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import { getModelVersion, type ModelVersionRow } from './get-model-version.ts';

export interface Annotations {
  /** Null takes it away. */
  note?: string | null | undefined;
  /** In place of those that it has. */
  tags?: string[] | undefined;
}

/** Changes what people note of a version; what is left out stays, and not both are. @throws {Problem} 404 */
export async function annotateModelVersion(
  { db }: Context,
  projectId: string,
  reference: string,
  { note, tags }: Annotations,
): Promise<ModelVersionRow> {
  const version = await getModelVersion({ db }, projectId, reference);
  const [annotated] = await db
    .update(modelVersions)
    .set({ note, tags: tags && [...new Set(tags)] })
    .where(eq(modelVersions.id, version.id))
    .returning();
  return annotated as ModelVersionRow;
}
