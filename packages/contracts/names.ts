import { z } from 'zod';

/** What models, their aliases and endpoints are called; no id looks like it, since every id has an underscore. */
export const slug = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'lower-case letters, digits and dashes, at most 63');

/** Words to find something by. */
export const tags = z.array(z.string().regex(/^[\w.:-]{1,64}$/, 'letters, digits and . : _ -, at most 64')).max(16);
