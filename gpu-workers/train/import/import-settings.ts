import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';

/** From where this worker may import models. */
export interface ImportSettings {
  /** The folder within which folders may be imported; null for none. */
  folder: string | null;
  /** `s3://bucket/prefix` of the places within which S3 is read. */
  s3Roots: readonly string[];
  hub: {
    /** Without a slash at its end. */
    endpoint: string;
    /** Sent to the endpoint and to nobody else. */
    token: string | null;
    /** Where downloads are kept until they are whole. */
    cacheFolder: string;
  };
  /** For the clients of S3. */
  env: NodeJS.ProcessEnv;
}

const variables = z.object({
  LAUREL_IMPORT_FOLDER: z.string().optional(),
  LAUREL_IMPORT_S3: z.string().default(''),
  HF_ENDPOINT: z.url({ protocol: /^https?$/ }).default('https://huggingface.co'),
  HF_TOKEN: z.string().optional(),
  XDG_CACHE_HOME: z.string().optional(),
});

/** Reads `LAUREL_IMPORT_FOLDER`, `LAUREL_IMPORT_S3` (separated by commas), `HF_ENDPOINT`, `HF_TOKEN` and `XDG_CACHE_HOME`. */
export function importSettings(env: NodeJS.ProcessEnv): ImportSettings {
  const found = variables.parse(env);
  return {
    folder: found.LAUREL_IMPORT_FOLDER || null,
    s3Roots: found.LAUREL_IMPORT_S3.split(',').flatMap((root) => root.trim() || []),
    hub: {
      endpoint: found.HF_ENDPOINT.replace(/\/+$/, ''),
      token: found.HF_TOKEN || null,
      cacheFolder: join(found.XDG_CACHE_HOME || join(homedir(), '.cache'), 'laurel/hub'),
    },
    env,
  };
}
