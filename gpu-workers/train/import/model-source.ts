import { ImportError } from './import-error.ts';

/** A file of a source; its name has no folder. */
export interface SourceFile {
  name: string;
  sizeBytes: number;
}

/** Hears of every so many bytes that have come; throws when the job is to stop. */
export type OnBytes = (count: number) => void;

/** A place that holds a model. */
export interface ModelSource {
  /** What is taken from where, exactly; recorded with the model version. */
  origin: Record<string, string>;
  /** All that is there, also what is of no use. */
  files: readonly SourceFile[];
  /** A file's bytes, which have the hash that the place tells, where it tells one. @throws {ImportError} */
  read(file: SourceFile, onBytes: OnBytes): Promise<Uint8Array>;
  /** Forgets what was kept for another attempt. */
  release(): Promise<void>;
}

/** A stream's bytes, whole. @throws {ImportError} unless there are as many as the file has */
export async function collect(
  content: AsyncIterable<Uint8Array>,
  { name, sizeBytes }: SourceFile,
  onBytes: OnBytes,
): Promise<Uint8Array> {
  const bytes = new Uint8Array(sizeBytes);
  let filled = 0;
  for await (const chunk of content) {
    if (filled + chunk.length > sizeBytes) throw changed(name, sizeBytes);
    bytes.set(chunk, filled);
    filled += chunk.length;
    onBytes(chunk.length);
  }
  if (filled < sizeBytes) throw changed(name, sizeBytes);
  return bytes;
}

const changed = (name: string, sizeBytes: number) =>
  new ImportError(
    'unusable_source',
    `${name} no longer has the ${sizeBytes} bytes that it had when it was listed: import it when nobody writes to it.`,
  );
