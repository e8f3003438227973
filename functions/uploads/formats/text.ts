import { z } from 'zod';
import { words } from './fields.ts';

/** `{text}`. */
export const textFormat = z.strictObject({ text: words });
