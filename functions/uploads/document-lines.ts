import { Problem } from '@laurel/contracts';
import { MAX_LINE_BYTES } from './read-block.ts';

/**
 * Plain text as JSON Lines of `{text}`: a document is what stands between blank lines, as in BERT's pretraining data and the paragraphs of
 * Hugging Face's `text` loader. Documents are counted from 1. Of one that is too long no more is kept than shows that it is.
 *
 * @throws {Problem} 422 for what is not UTF-8
 */
export async function* documentLines(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let document: string[] = [];
  let characters = 0;
  let open = ''; // the line that has not ended
  let rows = '';
  const end = () => {
    if (document.length > 0) rows += `${JSON.stringify({ text: document.join('\n') })}\n`;
    document = [];
    characters = 0;
  };
  const add = (line: string) => {
    if (line.trim() === '') return end();
    if (characters <= MAX_LINE_BYTES) document.push(line);
    characters += line.length;
  };
  for await (const text of decoded(content)) {
    const lines = `${open}${text}`.split(/\r?\n/);
    open = (lines.pop() ?? '').slice(0, MAX_LINE_BYTES + 1);
    for (const line of lines) add(line);
    if (rows !== '') yield Buffer.from(rows);
    rows = '';
  }
  add(open);
  end();
  if (rows !== '') yield Buffer.from(rows);
}

async function* decoded(content: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const utf8 = new TextDecoder('utf-8', { fatal: true });
  const decode = (bytes?: Uint8Array) => {
    try {
      return utf8.decode(bytes, { stream: bytes !== undefined });
    } catch (cause) {
      throw new Problem(422, 'malformed_text', 'The upload is not UTF-8; convert it first.', { cause });
    }
  };
  for await (const chunk of content) yield decode(chunk);
  yield decode();
}
