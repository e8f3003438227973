import { keys } from '@laurel/storage';
import { and, desc, eq, lt } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import { type Page, type PageRequest, pageFrom } from '../page.ts';
import type { KeyRow } from './create-key.ts';

export async function listKeys({ db }: Context, projectId: string, page: PageRequest): Promise<Page<KeyRow>> {
  const older = page.after ? lt(keys.id, page.after) : undefined;
  const rows = await db
    .select()
    .from(keys)
    .where(and(eq(keys.projectId, projectId), older))
    .orderBy(desc(keys.id))
    .limit(page.limit + 1);
  return pageFrom(rows, page);
}
