import { z } from 'zod';
import { words } from './fields.ts';
import { format } from './format.ts';

/** `{text}`. */
export const readText = format(z.strictObject({ text: words }), (line) => line);
