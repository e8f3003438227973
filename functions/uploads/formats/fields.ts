import { createHash } from 'node:crypto';
import type { PromptParts } from '@laurel/contracts';
import { z } from 'zod';

/** A text that says something. */
export const words = z.string().refine((text) => text.trim() !== '', 'must not be empty');

/** Names the post that rows belong to, for rows that do not name it themselves. */
export const groupOf = ({ head, post, tail }: PromptParts): string =>
  createHash('sha256').update(head).update('\0').update(post).update('\0').update(tail).digest('hex').slice(0, 16);
