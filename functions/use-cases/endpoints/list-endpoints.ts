import { endpoints } from '@laurel/storage';
import { and, desc, eq, lt } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import { type Page, type PageRequest, pageFrom } from '../page.ts';
import type { EndpointRow } from './get-endpoint.ts';

export async function listEndpoints({ db }: Context, projectId: string, page: PageRequest): Promise<Page<EndpointRow>> {
  const older = page.after ? lt(endpoints.id, page.after) : undefined;
  const rows = await db
    .select()
    .from(endpoints)
    .where(and(eq(endpoints.projectId, projectId), older))
    .orderBy(desc(endpoints.id))
    .limit(page.limit + 1);
  return pageFrom(rows, page);
}
