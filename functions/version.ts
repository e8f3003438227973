import packageJson from './package.json' with { type: 'json' };

/** The version of Laurel, as answered by `GET /v1/health` and recorded with every model version. */
export const VERSION = packageJson.version;
