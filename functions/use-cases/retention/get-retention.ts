import { type Retention, retention } from '@laurel/contracts';
import type { Context } from '../../context.ts';
import type { Caller } from '../keys/authenticate.ts';
import type { ProjectRow } from '../projects/create-project.ts';
import { getProject } from '../projects/get-project.ts';

const KEEP_ALL: Retention = retention.parse({});

export const rulesOf = (project: Pick<ProjectRow, 'retention'>): Retention => project.retention ?? KEEP_ALL;

/** What of a project goes when. @throws {Problem} 404 */
export const getRetention = async (context: Context, caller: Caller, id: string): Promise<Retention> =>
  rulesOf(await getProject(context, caller, id));
