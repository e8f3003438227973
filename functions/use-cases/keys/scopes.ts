import { z } from 'zod';

/** What a key may do. */
export const scope = z.enum([
  'organisation:admin',
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
  'webhooks:read',
  'webhooks:write',
  'usage:read',
  'audit:read',
]);
export type Scope = z.infer<typeof scope>;

/** `admin` may do everything within its project, `organisation:admin` everything within all projects of the organisation. */
export const allows = (granted: readonly Scope[], needed: Scope): boolean =>
  granted.includes('organisation:admin') ||
  (granted.includes('admin') && needed !== 'organisation:admin') ||
  granted.includes(needed);

const READING = [
  'datasets:read',
  'jobs:read',
  'models:read',
  'endpoints:read',
  'webhooks:read',
  'usage:read',
] as const satisfies Scope[];

/** Sets of scopes that people go by. A key that is made with one keeps the scopes of that day. */
export const ROLES = {
  viewer: READING,
  labeler: ['datasets:read', 'datasets:write'],
  engineer: [...READING, 'datasets:write', 'jobs:write', 'models:write', 'endpoints:write', 'score', 'webhooks:write'],
  auditor: ['audit:read', 'usage:read'],
  admin: ['admin'],
  owner: ['organisation:admin'],
} as const satisfies Record<string, readonly Scope[]>;

export const role = z.enum(Object.keys(ROLES) as [keyof typeof ROLES]);
