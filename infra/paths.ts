import { fileURLToPath } from 'node:url';

const inRepository = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));

/** What is deployed, named by path: this package imports none of it. */
export const paths = {
  repository: inRepository('.'),
  lockFile: inRepository('package-lock.json'),
  apiEntry: inRepository('functions/lambda.ts'),
  migrations: inRepository('packages/storage/database/migrations'),
  /** Relative to the repository, which is the build's context. */
  workerDockerfile: 'gpu-workers/Dockerfile',
};
