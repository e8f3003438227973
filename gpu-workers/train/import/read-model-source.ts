import { lackingModelFiles, maxModelFileBytes, modelFilesAmong } from '@laurel/contracts';
import type { Files } from '@laurel/learning';
import { ImportError } from './import-error.ts';
import type { ModelSource, OnBytes } from './model-source.ts';

/** More than this does not fit into the memory of machines that such models are trained on here. */
const MAX_MODEL_BYTES = 64 * 2 ** 30;

/** A source's model: the files that make it up, small ones first. @throws {ImportError} */
export async function readModelSource(
  source: ModelSource,
  onProgress: (readBytes: number, totalBytes: number) => void,
): Promise<Files> {
  const names = modelFilesAmong(source.files.map(({ name }) => name));
  const lacking = lackingModelFiles(source.files.map(({ name }) => name));
  if (lacking.length > 0) throw new ImportError('unusable_model', lacking.join(' '));
  const wanted = source.files.filter(({ name }) => names.includes(name)).toSorted((a, b) => a.sizeBytes - b.sizeBytes);
  const totalBytes = wanted.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  for (const { name, sizeBytes } of wanted) checkSize(name, sizeBytes, maxModelFileBytes(name));
  checkSize('The model', totalBytes, MAX_MODEL_BYTES);

  let readBytes = 0;
  const onBytes: OnBytes = (count) => {
    readBytes += count;
    onProgress(readBytes, totalBytes);
  };
  const files: Files = {};
  for (const file of wanted) files[file.name] = await source.read(file, onBytes);
  return files;
}

function checkSize(what: string, sizeBytes: number, maxBytes: number): void {
  if (sizeBytes > maxBytes) {
    throw new ImportError('unusable_model', `${what} has ${sizeBytes} bytes, of which ${maxBytes} may be imported.`);
  }
}
