import { type DatasetKind, Problem } from '@laurel/contracts';
import { arrayLines } from './array-lines.ts';
import { csvLines } from './csv-lines.ts';
import { documentLines } from './document-lines.ts';
import { expand } from './expand.ts';

/** What an upload's rows are written as: JSON Lines, a JSON array, CSV with a header, plain text. Each may be compressed. */
export const UPLOAD_FORMATS = ['jsonl', 'json', 'csv', 'text'] as const;
export type UploadFormat = (typeof UPLOAD_FORMATS)[number];

/** @throws {Problem} 422 for a kind whose rows cannot be written so */
export function checkFormat(kind: DatasetKind, format: UploadFormat): void {
  if (format !== 'text' || kind === 'text') return;
  const detail = `Plain text is a dataset of kind "text"; send ${kind} as JSON Lines, a JSON array or CSV.`;
  throw new Problem(422, 'wrong_format', detail);
}

/** An upload as JSON Lines. @throws {Problem} for content that is damaged or not of its format */
export function uploadLines(content: AsyncIterable<Uint8Array>, format: UploadFormat): AsyncIterable<Uint8Array> {
  const expanded = expand(content);
  switch (format) {
    case 'jsonl':
      return expanded;
    case 'json':
      return arrayLines(expanded);
    case 'csv':
      return csvLines(expanded);
    case 'text':
      return documentLines(expanded);
  }
}

const formats: { format: UploadFormat; mediaType: RegExp; fileName: RegExp }[] = [
  { format: 'jsonl', mediaType: /^application\/(x-ndjson|jsonl)$/i, fileName: /\.(jsonl|ndjson)(\.gz|\.zst)?$/i },
  { format: 'json', mediaType: /^application\/json$/i, fileName: /\.json(\.gz|\.zst)?$/i },
  { format: 'csv', mediaType: /^text\/csv$/i, fileName: /\.csv(\.gz|\.zst)?$/i },
  { format: 'text', mediaType: /^text\/plain$/i, fileName: /\.txt(\.gz|\.zst)?$/i },
];

/** The format that a file's name tells, or a media type (without its parameters); null for none. */
export function formatOf(mediaType: string, fileName = ''): UploadFormat | null {
  const found =
    formats.find((each) => each.fileName.test(fileName)) ?? formats.find((each) => each.mediaType.test(mediaType));
  return found?.format ?? null;
}
