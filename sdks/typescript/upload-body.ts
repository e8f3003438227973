/**
 * What a dataset can be uploaded from: JSON Lines as text, a file, or a stream of bytes or text (such as
 * `fs.createReadStream`), or the rows themselves.
 */
export type UploadContent =
  | string
  | Blob
  | ReadableStream<Uint8Array>
  | Iterable<object>
  | AsyncIterable<object | string | Uint8Array>;

/** The request body for the content. What has to be drawn from a generator or a stream is streamed, and sent once only. */
export function uploadBody(content: UploadContent): Blob | ReadableStream<Uint8Array> {
  if (typeof content === 'string') return new Blob([content]);
  if (content instanceof Blob || content instanceof ReadableStream) return content;
  if (Symbol.asyncIterator in content) return streamOf(content);
  return new Blob(Array.from(content, (row) => `${JSON.stringify(row)}\n`));
}

function streamOf(items: AsyncIterable<object | string | Uint8Array>): ReadableStream<Uint8Array> {
  const iterator = items[Symbol.asyncIterator]();
  const encoder = new TextEncoder();
  const bytesOf = (item: object | string | Uint8Array) => {
    if (item instanceof Uint8Array) return item;
    return encoder.encode(typeof item === 'string' ? item : `${JSON.stringify(item)}\n`);
  };
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { value, done } = await iterator.next();
      if (done) controller.close();
      else controller.enqueue(bytesOf(value));
    },
    async cancel() {
      await iterator.return?.();
    },
  });
}
