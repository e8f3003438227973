export * from './artifact-errors.ts';
export { InvalidArtifactKey } from './artifact-key.ts';
export * from './artifact-store.ts';
export { artifactStoreFromEnv } from './artifact-store-from-env.ts';
export { FolderArtifactStore } from './folder-artifact-store.ts';
export * from './hashed-content.ts';
export * from './manifest.ts';
export { S3ArtifactStore, type S3ArtifactStoreOptions } from './s3-artifact-store.ts';
