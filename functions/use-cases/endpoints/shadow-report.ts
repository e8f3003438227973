import { shadowScores } from '@laurel/storage';
import { and, desc, eq, lt, sql } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import { type Page, type PageRequest, pageFrom } from '../page.ts';
import { getEndpoint } from './get-endpoint.ts';

export type ShadowScoreRow = typeof shadowScores.$inferSelect;

/** How a shadow version differs from those that answered, over the requests that are kept. */
export interface ShadowReport {
  shadowVersion: number;
  requests: number;
  completions: number;
  meanDifference: number;
  largestDifference: number;
  choices: number;
  samePreferred: number;
}

/** Of every version that was a shadow, the newest first. @throws {Problem} 404 */
export async function shadowReports(context: Context, projectId: string, endpointId: string): Promise<ShadowReport[]> {
  const { id } = await getEndpoint(context, projectId, endpointId);
  const { shadowVersion, completions, meanDifference, largestDifference, choices, samePreferred } = shadowScores;
  return context.db
    .select({
      shadowVersion,
      requests: sql`count(*)`.mapWith(Number),
      completions: sql`sum(${completions})`.mapWith(Number),
      meanDifference: sql`sum(${meanDifference} * ${completions}) / sum(${completions})`.mapWith(Number),
      largestDifference: sql`max(${largestDifference})`.mapWith(Number),
      choices: sql`sum(${choices})`.mapWith(Number),
      samePreferred: sql`sum(${samePreferred})`.mapWith(Number),
    })
    .from(shadowScores)
    .where(eq(shadowScores.endpointId, id))
    .groupBy(shadowVersion)
    .orderBy(desc(shadowVersion));
}

/** Request by request. @throws {Problem} 404 */
export async function listShadowScores(
  context: Context,
  projectId: string,
  endpointId: string,
  page: PageRequest,
): Promise<Page<ShadowScoreRow>> {
  const { id } = await getEndpoint(context, projectId, endpointId);
  const older = page.after ? lt(shadowScores.id, page.after) : undefined;
  const rows = await context.db
    .select()
    .from(shadowScores)
    .where(and(eq(shadowScores.endpointId, id), older))
    .orderBy(desc(shadowScores.id))
    .limit(page.limit + 1);
  return pageFrom(rows, page);
}
