import { expect, test } from 'vitest';
import { z } from 'zod';
import { describeIssue } from './describe-issue.ts';

const schema = z.strictObject({
  name: z.string().min(1).max(3),
  count: z.number().int().min(1).optional(),
  at: z.iso.datetime().optional(),
  scopes: z
    .array(z.enum(['a', 'b']))
    .min(1)
    .optional(),
  prompt: z.union([z.string(), z.strictObject({ post: z.string() })]).optional(),
  job: z
    .discriminatedUnion('type', [z.object({ type: z.literal('sft') }), z.object({ type: z.literal('ppo') })])
    .optional(),
  slug: z
    .string()
    .regex(/^[a-z]+$/, 'lower-case letters')
    .optional(),
});

const describe = (input: object) => schema.safeParse(input).error?.issues.flatMap(describeIssue);

test.each([
  [{}, '/name', 'missing_field', 'is required: a string'],
  [{ name: 7 }, '/name', 'invalid_type', 'must be a string, not a number'],
  [{ name: null }, '/name', 'invalid_type', 'must be a string, not null'],
  [{ name: '' }, '/name', 'too_small', 'must have at least 1 character'],
  [{ name: 'long' }, '/name', 'too_big', 'must have at most 3 characters'],
  [{ name: 'x', count: 0 }, '/count', 'too_small', 'must be at least 1'],
  [{ name: 'x', count: 1.5 }, '/count', 'invalid_type', 'must be a whole number, not a number'],
  [{ name: 'x', at: 'soon' }, '/at', 'invalid_format', 'must be a date and time in UTC such as 2026-02-03T04:05:06Z'],
  [{ name: 'x', scopes: [] }, '/scopes', 'too_small', 'must have at least 1 item'],
  [{ name: 'x', scopes: ['c'] }, '/scopes/0', 'invalid_value', 'must be one of "a", "b"'],
  [{ name: 'x', prompt: {} }, '/prompt/post', 'missing_field', 'is required: a string'],
  [{ name: 'x', job: {} }, '/job/type', 'invalid_value', 'must be one of "sft", "ppo"'],
  [{ name: 'x', job: { type: 'dpo' } }, '/job/type', 'invalid_value', 'must be one of "sft", "ppo"'],
  [{ name: 'x', slug: 'A' }, '/slug', 'invalid_format', 'lower-case letters'],
  [
    { name: 'x', 'a/b': 1 },
    '/a~1b',
    'unknown_field',
    'There is no field "a/b" here; check its spelling or leave it out.',
  ],
])('%j', (input, pointer, code, detail) => {
  expect(describe(input)).toEqual([{ pointer, code, detail }]);
});
