import { datasets } from '@laurel/storage';
import { and, eq, lt, sql } from 'drizzle-orm';
import type { Context } from '../../context.ts';

/**
 * Ids of a project's datasets that were ready before a moment and that nothing names: no job, as what it reads or has made, no pipeline,
 * no model version's lineage, and no dataset that was made by appending. Oldest first.
 *
 * @param unused.id only this one, if it is among them
 */
export async function unusedDatasets(
  { db }: Pick<Context, 'db'>,
  { projectId, readyBefore, limit, id }: { projectId: string; readyBefore: Date; limit: number; id?: string },
): Promise<string[]> {
  const idsWithin = sql.raw(`'strict $.** ? (@ starts with "ds_")'`);
  const isNamed = sql`exists (
    select from (
      select value #>> '{}' from jobs, jsonb_path_query(spec, ${idsWithin}) as value where project_id = ${projectId}
      union all
      select value #>> '{}' from pipelines, jsonb_path_query(spec, ${idsWithin}) as value where project_id = ${projectId}
      union all
      select dataset_id from jobs where project_id = ${projectId}
      union all
      select unnest(datasets) from model_versions join models on models.id = model_id where project_id = ${projectId}
      union all
      select previous from datasets as later where project_id = ${projectId}
    ) as named(id) where named.id = "datasets"."id")`;
  const isOld = and(eq(datasets.projectId, projectId), eq(datasets.state, 'ready'), lt(datasets.readyAt, readyBefore));
  const rows = await db
    .select({ id: datasets.id })
    .from(datasets)
    .where(and(isOld, id === undefined ? undefined : eq(datasets.id, id), sql`not ${isNamed}`))
    .orderBy(datasets.id)
    .limit(limit);
  return rows.map((row) => row.id);
}
