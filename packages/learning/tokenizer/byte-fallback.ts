import { ByteFallbackDecoder } from '@huggingface/tokenizers';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Decodes runs of byte tokens, `<0x0A>` and the like, as Python's `tokenizers` does: a run that is no UTF-8 becomes one � a
 * byte, and a byte order mark stays. The library's own drops the mark, and makes fewer �.
 */
export class ExactByteFallback extends ByteFallbackDecoder {
  override decode_chain(tokens: string[]): string[] {
    const texts: string[] = [];
    let run: number[] = [];
    const endRun = () => {
      if (run.length > 0) texts.push(textOf(run));
      run = [];
    };
    for (const token of tokens) {
      const [, byte] = /^<0x([0-9A-Fa-f]{2})>$/.exec(token) ?? [];
      if (byte) {
        run.push(Number.parseInt(byte, 16));
      } else {
        endRun();
        texts.push(token);
      }
    }
    endRun();
    return texts;
  }
}

function textOf(bytes: number[]): string {
  try {
    return decoder.decode(Uint8Array.from(bytes));
  } catch {
    return '�'.repeat(bytes.length);
  }
}
