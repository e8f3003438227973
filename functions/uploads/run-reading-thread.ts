import { parentPort } from 'node:worker_threads';
import type { RowForm } from './parse-row.ts';
import { readBlock } from './read-block.ts';

/** Answered in the order they are asked in, each with a ReadBlock. */
export interface ReadingRequest {
  form: RowForm;
  block: Uint8Array<ArrayBuffer>;
}

parentPort?.on('message', ({ form, block }: ReadingRequest) => {
  const read = readBlock(form, block);
  parentPort?.postMessage(read, [read.stored.buffer]);
});
