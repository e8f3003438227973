import { z } from 'zod';

/** What a key may do; `admin` may do everything within its project. */
export const scope = z.enum([
  'admin',
  'datasets:read',
  'datasets:write',
  'jobs:read',
  'jobs:write',
  'models:read',
  'models:write',
  'endpoints:read',
  'endpoints:write',
  'score',
]);
export type Scope = z.infer<typeof scope>;

export const allows = (granted: readonly Scope[], needed: Scope): boolean =>
  granted.includes('admin') || granted.includes(needed);
