/** The store has no room left. Nothing of the object that was being written remains. */
export class ArtifactStoreFull extends Error {
  override name = 'ArtifactStoreFull';
  readonly code = 'artifact_store_full';
  readonly key: string;

  constructor(key: string, place: string, cause?: unknown) {
    super(`There is no room left in ${place} to write ${key}. Make room there, then try again.`, { cause });
    this.key = key;
  }
}

/** An artifact is not what was written: its bytes, or the manifest's own, have another hash. */
export class ArtifactCorrupt extends Error {
  override name = 'ArtifactCorrupt';
  readonly code = 'artifact_corrupt';
  readonly key: string;

  constructor(key: string, reason: string, cause?: unknown) {
    super(`The artifact ${key} is damaged: ${reason}.`, { cause });
    this.key = key;
  }
}
