import { arrayLines } from './array-lines.ts';
import { csvLines } from './csv-lines.ts';
import { expand } from './expand.ts';

/** What an upload's rows are written as: JSON Lines, a JSON array, CSV with a header. Each may be compressed. */
export type UploadFormat = 'jsonl' | 'json' | 'csv';

/** An upload as JSON Lines. @throws {Problem} for content that is damaged or not of its format */
export function uploadLines(content: AsyncIterable<Uint8Array>, format: UploadFormat): AsyncIterable<Uint8Array> {
  const expanded = expand(content);
  if (format === 'json') return arrayLines(expanded);
  return format === 'csv' ? csvLines(expanded) : expanded;
}

/** The format that a media type names (without its parameters), or a file's name; null for none. */
export function formatOf(mediaType: string, fileName = ''): UploadFormat | null {
  if (/^application\/(x-ndjson|jsonl)$/i.test(mediaType) || /\.(jsonl|ndjson)(\.gz|\.zst)?$/i.test(fileName))
    return 'jsonl';
  if (/^application\/json$/i.test(mediaType) || /\.json(\.gz|\.zst)?$/i.test(fileName)) return 'json';
  return /^text\/csv$/i.test(mediaType) || /\.csv(\.gz|\.zst)?$/i.test(fileName) ? 'csv' : null;
}
