/** A key is a relative path of `/`-separated segments such as `artifacts/job_01k…/120/model.safetensors`. */
export interface ArtifactStore {
  /** Writes the whole object or nothing: a reader sees the old content or the new, never a part. */
  put(key: string, content: Uint8Array | AsyncIterable<Uint8Array>): Promise<void>;
  /** The object's bytes, as a stream. @throws {ArtifactNotFound} */
  read(key: string): AsyncIterable<Uint8Array>;
  /** The object's bytes, whole. @throws {ArtifactNotFound} */
  get(key: string): Promise<Uint8Array>;
  exists(key: string): Promise<boolean>;
  /** Keys that begin with the prefix, sorted. */
  list(prefix: string): Promise<string[]>;
  /** Deletes the object; one that does not exist is no error. */
  delete(key: string): Promise<void>;
}

export class ArtifactNotFound extends Error {
  override name = 'ArtifactNotFound';
  readonly code = 'artifact_not_found';
  readonly key: string;
  constructor(key: string, cause?: unknown) {
    super(`There is no artifact ${key}.`, { cause });
    this.key = key;
  }
}
