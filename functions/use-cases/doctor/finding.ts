import type { Context } from '../../context.ts';

/** What an examination looks at. */
export type Patient = Pick<Context, 'db' | 'databaseKind' | 'artifacts' | 'worker' | 'now'>;

/** Something that a healthy installation does not have. */
export interface Finding {
  /** The sort, as in `unnamed_file`. */
  sort: string;
  /** The row's id, the artifact's key, the file or the process. */
  where: string;
  what: string;
  remedy: string;
  /** Does what is safe; absent where a person has to decide. */
  repair?: () => Promise<unknown>;
}
