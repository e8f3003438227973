import { parentPort } from 'node:worker_threads';
import type { DatasetKind } from '@laurel/contracts';
import { readBlock } from './read-block.ts';

/** Answered in the order they are asked in, each with a ReadBlock. */
export interface ReadingRequest {
  kind: DatasetKind;
  block: Uint8Array<ArrayBuffer>;
}

parentPort?.on('message', ({ kind, block }: ReadingRequest) => {
  const read = readBlock(kind, block);
  parentPort?.postMessage(read, [read.stored.buffer]);
});
