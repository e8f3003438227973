import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { RowForm } from './parse-row.ts';
import { type ReadBlock, readBlock } from './read-block.ts';
import type { ReadingRequest } from './run-reading-thread.ts';
import { BLOCK_BYTES } from './stored-rows.ts';

const MAX_THREADS = 4;

/**
 * Reads the blocks of large uploads in threads, so that they come in faster than one core checks them and the service
 * answers meanwhile. The threads start with the first such upload and end with the process.
 */
export class ReadingThreads {
  #threads: ReadingThread[] = [];
  #next = 0;

  /** A BlockReader. @throws {Error} when the thread ended */
  readonly read = async (form: RowForm, block: Uint8Array<ArrayBuffer>): Promise<ReadBlock> => {
    if (block.length < BLOCK_BYTES) return readBlock(form, block); // all of a small upload: sooner done than handed over
    const count = Math.min(availableParallelism(), MAX_THREADS);
    const index = this.#next++ % count;
    const thread = this.#threads[index];
    if (thread?.alive) return thread.read({ form, block });
    this.#threads[index] = new ReadingThread();
    return this.#threads[index].read({ form, block });
  };
}

interface Waiting {
  resolve: (block: ReadBlock) => void;
  reject: (error: unknown) => void;
}

class ReadingThread {
  alive = true;
  #worker = new Worker(new URL('./reading-thread.mjs', import.meta.url));
  #waiting: Waiting[] = [];

  constructor() {
    this.#worker.on('message', (block: ReadBlock) => {
      this.#waiting.shift()?.resolve(block);
      if (this.#waiting.length === 0) this.#worker.unref(); // an idle thread keeps no process alive
    });
    this.#worker.on('error', (error) => this.#end(error));
    this.#worker.on('exit', () => this.#end(new Error('A thread that reads uploads ended.')));
  }

  read(request: ReadingRequest): Promise<ReadBlock> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#worker.ref();
      this.#worker.postMessage(request, [request.block.buffer]);
    });
  }

  #end(error: unknown): void {
    this.alive = false;
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }
}
