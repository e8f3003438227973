import { z } from 'zod';

export const MAX_INT32 = 2 ** 31 - 1;

/** A number of steps, rows or versions: what the database's integers hold. */
export const int32 = z.number().int().min(0).max(MAX_INT32);
