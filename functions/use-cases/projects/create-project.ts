import { newId } from '@laurel/contracts';
import { type Database, projects } from '@laurel/storage';
import { createKey } from '../keys/create-key.ts';

export type ProjectRow = typeof projects.$inferSelect;

/** Makes a project and its first key, which may do everything in it: without one, nobody could enter. */
export async function createProject(
  { db }: { db: Database },
  name: string,
): Promise<{ project: ProjectRow; secret: string }> {
  return db.transaction(async (tx) => {
    const [project] = await tx
      .insert(projects)
      .values({ id: newId('proj'), name })
      .returning();
    const { secret } = await createKey({ db: tx }, (project as ProjectRow).id, { name: 'admin', scopes: ['admin'] });
    return { project: project as ProjectRow, secret };
  });
}
