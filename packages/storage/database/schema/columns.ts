import { timestamp } from 'drizzle-orm/pg-core';

/** A moment, to the millisecond: what a JavaScript Date holds, so that a value read and written back is the same. */
export const moment = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });

export const createdAt = () => moment('created_at').notNull().defaultNow();
