import { sql } from 'drizzle-orm';
import type { Context } from '../../context.ts';

/**
 * What each project has stored, bytes, as a query: rows of datasets, equal ones once; files of models that were uploaded; models and
 * files that jobs have brought. Checkpoints are not in the database, and not counted.
 */
export const storedByProject = sql`
  select project_id, sum(bytes)::double precision as bytes from (
    select project_id, max(size_bytes) as bytes from datasets where state = 'ready' group by project_id, artifact_key
    union all
    select project_id, (file.value->>'size_bytes')::bigint from model_uploads, jsonb_each(files) as file
    union all
    select project_id, (file->>'size_bytes')::bigint from jobs where file is not null
    union all
    select models.project_id, size_bytes from model_versions join models on models.id = model_id
  ) as stored group by project_id`;

export async function storedBytes({ db }: Pick<Context, 'db'>, projectId: string): Promise<number> {
  const [row] = await db
    .select({ bytes: sql<number>`bytes` })
    .from(sql`(${storedByProject}) as stored_by_project`)
    .where(sql`project_id = ${projectId}`);
  return row?.bytes ?? 0;
}
