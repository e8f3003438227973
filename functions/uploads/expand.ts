import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { Problem } from '@laurel/contracts';
import { Decompress } from 'fzstd';

/** Text shrinks to a twentieth at best; what is far beyond that is made to fill a disk. */
const MOST_EXPANSION = 200;
/** Of which so much is let through unmeasured: short uploads may be very regular. */
const UNMEASURED_BYTES = 64 * 2 ** 20;
/** What is given to the decompressor at once. */
const SLICE_BYTES = 2 ** 14;

const GZIP = [0x1f, 0x8b];
const ZSTD = [0x28, 0xb5, 0x2f, 0xfd];

/**
 * The content of an upload, decompressed if its first bytes say that it is gzip (RFC 1952) or Zstandard (RFC 8878). Memory stays bounded,
 * whatever the content expands to.
 *
 * @throws {Problem} 400 for content that is damaged or ends early, 413 for one that expands to more than 200 times its size
 */
export async function* expand(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const chunks = content[Symbol.asyncIterator]();
  const head = await takeHead(chunks, ZSTD.length);
  const whole = resumed(head, chunks);
  if (beginsWith(head, GZIP)) yield* gunzip(whole);
  else if (beginsWith(head, ZSTD)) yield* unzstd(whole);
  else yield* whole;
}

async function takeHead(chunks: AsyncIterator<Uint8Array>, sizeBytes: number): Promise<Uint8Array> {
  let head = new Uint8Array();
  while (head.length < sizeBytes) {
    const { value, done } = await chunks.next();
    if (done) break;
    head = Buffer.concat([head, value]);
  }
  return head;
}

const beginsWith = (bytes: Uint8Array, magic: readonly number[]) => magic.every((byte, i) => bytes[i] === byte);

async function* resumed(head: Uint8Array, chunks: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    if (head.length > 0) yield head;
    yield* { [Symbol.asyncIterator]: () => chunks };
  } finally {
    await chunks.return?.();
  }
}

/** Counts what goes in and what comes out. */
class Expansion {
  #packed = 0;
  #unpacked = 0;

  taken(bytes: Uint8Array): void {
    this.#packed += bytes.length;
  }

  made(bytes: Uint8Array): void {
    this.#unpacked += bytes.length;
    if (this.#unpacked <= UNMEASURED_BYTES + MOST_EXPANSION * this.#packed) return;
    const detail = `The upload expands to more than ${MOST_EXPANSION} times its size; send it less compressed, or as it is.`;
    throw new Problem(413, 'expands_too_much', detail);
  }
}

async function* gunzip(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const expansion = new Expansion();
  const counted = async function* () {
    for await (const chunk of content) {
      expansion.taken(chunk);
      yield chunk;
    }
  };
  const unzip = createGunzip();
  pipeline(Readable.from(counted(), { objectMode: false }), unzip, () => {}); // what goes wrong is thrown below
  try {
    for await (const chunk of unzip as AsyncIterable<Uint8Array>) {
      expansion.made(chunk);
      yield chunk;
    }
  } catch (error) {
    throw isOfZlib(error) ? damaged('gzip', error) : error;
  }
}

async function* unzstd(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const expansion = new Expansion();
  let ready: Uint8Array[] = [];
  const unzip = new Decompress((chunk) => {
    expansion.made(chunk);
    if (chunk.length > 0) ready.push(chunk.slice());
  });
  const push = (bytes: Uint8Array, isLast = false) => {
    try {
      unzip.push(bytes, isLast);
    } catch (error) {
      throw error instanceof Problem ? error : damaged('zstd', error);
    }
    const made = ready;
    ready = [];
    return made;
  };
  for await (const chunk of content) {
    for (let at = 0; at < chunk.length; at += SLICE_BYTES) {
      const slice = chunk.subarray(at, at + SLICE_BYTES);
      expansion.taken(slice);
      yield* push(slice);
    }
  }
  yield* push(new Uint8Array(), true);
}

const isOfZlib = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && /^(Z_|ERR_ZLIB)/.test(String(error.code));

const damaged = (encoding: string, cause: unknown) =>
  new Problem(400, 'damaged_upload', `The upload is damaged or ends early: it is not whole ${encoding}.`, { cause });
