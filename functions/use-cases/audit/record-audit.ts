import { newId } from '@laurel/contracts';
import { auditEntries } from '@laurel/storage';
import type { Context } from '../../context.ts';

type NewEntry = Omit<typeof auditEntries.$inferInsert, 'id' | 'at'>;

export async function recordAudit({ db, now }: Pick<Context, 'db' | 'now'>, entry: NewEntry): Promise<void> {
  await db.insert(auditEntries).values({ id: newId('aud'), at: now(), ...entry });
}
