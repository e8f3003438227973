export { type Postgres, startPostgres } from './start-postgres.ts';
export { type S3, startS3 } from './start-s3.ts';
