import { models } from '@laurel/storage';
import { and, desc, eq, lt } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import { type Page, type PageRequest, pageFrom } from '../page.ts';
import type { ModelRow } from './get-model.ts';

export async function listModels({ db }: Context, projectId: string, page: PageRequest): Promise<Page<ModelRow>> {
  const older = page.after ? lt(models.id, page.after) : undefined;
  const rows = await db
    .select()
    .from(models)
    .where(and(eq(models.projectId, projectId), older))
    .orderBy(desc(models.id))
    .limit(page.limit + 1);
  return pageFrom(rows, page);
}
