import type { StoredRow } from '@laurel/contracts';
import type { ArtifactStore } from '@laurel/storage/artifacts';
import { ahead } from '../../uploads/ahead.ts';
import { linesOf, splitBlocks } from '../../uploads/blocks.ts';

/** Places of an artifact that are read at the same time. */
const PLACES_AHEAD = 8;

/**
 * About `count` rows from all over a stored dataset, in its order: all where it has no more, otherwise the first whole row behind each of
 * equally spaced bytes, so that of a large dataset little is read. Rows that stand behind long ones are a little more probable.
 */
export async function sampleRows(
  artifacts: Pick<ArtifactStore, 'read'>,
  { artifactKey, rows, sizeBytes }: { artifactKey: string; rows: number; sizeBytes: number },
  count: number,
): Promise<StoredRow[]> {
  if (rows <= count) {
    const all: StoredRow[] = [];
    for await (const line of linesFrom(artifacts, artifactKey, 0, sizeBytes)) all.push(rowOf(line));
    return all;
  }
  const lines = new Set<string>(); // a long row can be the first one behind two places
  const firstBehind = (place: number) => firstLineBehind(artifacts, artifactKey, place, sizeBytes);
  for await (const line of ahead(placesOf(sizeBytes, count), PLACES_AHEAD, firstBehind)) {
    if (line !== undefined) lines.add(line);
  }
  return Array.from(lines, rowOf);
}

const rowOf = (line: string) => JSON.parse(line) as StoredRow;

async function* placesOf(sizeBytes: number, count: number): AsyncGenerator<number> {
  for (let i = 0; i < count; i++) yield Math.floor((i * sizeBytes) / count);
}

/** The line that begins at the first byte, or the one behind a place in the middle; none behind the last one's beginning. */
async function firstLineBehind(
  artifacts: Pick<ArtifactStore, 'read'>,
  key: string,
  place: number,
  sizeBytes: number,
): Promise<string | undefined> {
  let isWhole = place === 0;
  for await (const line of linesFrom(artifacts, key, place, sizeBytes)) {
    if (isWhole) return line;
    isWhole = true;
  }
  return undefined;
}

async function* linesFrom(
  artifacts: Pick<ArtifactStore, 'read'>,
  key: string,
  first: number,
  sizeBytes: number,
): AsyncGenerator<string> {
  const stored = artifacts.read(key, { first, last: sizeBytes - 1 });
  for await (const block of splitBlocks(stored, { blockBytes: 1, maxLineBytes: Number.POSITIVE_INFINITY })) {
    for (const line of linesOf(block)) yield Buffer.from(line).toString('utf8');
  }
}
