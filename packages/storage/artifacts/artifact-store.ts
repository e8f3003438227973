/** Bytes from `first` to `last`, both among them and both within the object. */
export interface ByteRange {
  first: number;
  last: number;
}

/** What a client without credentials may put: so many bytes, begun before a moment. */
export interface PutGrant {
  sizeBytes: number;
  expiresAt: Date;
}

/** What is left of an object whose writer died before it was whole. */
export interface AbandonedDraft {
  /** The file's path, or the object's key and its upload's id. */
  name: string;
  discard(): Promise<void>;
}

/** A key is a relative path of `/`-separated segments such as `artifacts/job_01k…/120/model.safetensors`. */
export interface ArtifactStore {
  /** Writes the whole object or nothing: a reader sees the old content or the new, never a part. */
  put(key: string, content: Uint8Array | AsyncIterable<Uint8Array>): Promise<void>;
  /** The object's bytes, as a stream; those of the range alone where one is given. @throws {ArtifactNotFound} */
  read(key: string, range?: ByteRange): AsyncIterable<Uint8Array>;
  /** The object's bytes, whole. @throws {ArtifactNotFound} */
  get(key: string): Promise<Uint8Array>;
  /** The object's size, bytes. @throws {ArtifactNotFound} */
  size(key: string): Promise<number>;
  /** When the object was written. @throws {ArtifactNotFound} */
  writtenAt(key: string): Promise<Date>;
  exists(key: string): Promise<boolean>;
  /** Keys that begin with the prefix, sorted. */
  list(prefix: string): Promise<string[]>;
  /** Deletes the object; one that does not exist is no error. */
  delete(key: string): Promise<void>;
  /** Where whoever holds it may PUT the object (HTTP, no other headers); null for a store that is no server: who has it takes the bytes in. */
  putUrl(key: string, grant: PutGrant): Promise<string | null>;
  /** Never listed, never read, and in the way of nobody but the disk. */
  abandonedDrafts(): Promise<AbandonedDraft[]>;
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
