import { fileURLToPath } from 'node:url';

const inRepository = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));

/** What is deployed, named by path: this package imports none of it. */
export const paths = {
  repository: inRepository('.'),
  lockFile: inRepository('package-lock.json'),
  apiEntry: inRepository('functions/lambda.ts'),
  migrations: inRepository('packages/storage/database/migrations'),
  swaggerUi: inRepository('node_modules/swagger-ui-dist'),
  /** Relative to the repository, which is the build's context. */
  workerDockerfile: 'gpu-workers/Dockerfile',
  /** All but what the Dockerfile copies, so that a change elsewhere builds no new image. In the rules of .dockerignore. */
  notInWorkerImage: [
    '*',
    '!.npmrc',
    '!package.json',
    '!package-lock.json',
    '!tsconfig.json',
    '!scripts/setup*',
    '!packages',
    '!gpu-workers',
    '!functions/package.json',
    '!infra/package.json',
    '!sdks/typescript/package.json',
    '!tests/package.json',
    '**/node_modules',
    '**/*.test.ts',
    '**/*.node',
  ],
};
