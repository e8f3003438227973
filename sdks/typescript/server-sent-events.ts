/** One event of a `text/event-stream`. */
export interface ServerSentEvent {
  /** Where to go on from with `Last-Event-ID`; empty before the first id. */
  id: string;
  event: string;
  data: string;
}

/**
 * Parses a stream of server-sent events (WHATWG HTML, section 9.2.6): lines end in LF, CR or CRLF, wherever the network
 * cuts them; comments are heartbeats and are skipped; an event that the end of the stream cuts off is dropped.
 */
export async function* parseServerSentEvents(stream: ReadableStream<Uint8Array>): AsyncGenerator<ServerSentEvent> {
  let event = '';
  let data: string[] = [];
  let id = '';
  for await (const line of linesOf(stream)) {
    if (line === '') {
      if (data.length > 0) yield { id, event: event || 'message', data: data.join('\n') };
      event = '';
      data = [];
      continue;
    }
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') event = value;
    else if (field === 'data') data.push(value);
    else if (field === 'id' && !value.includes('\0')) id = value;
  }
}

async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  const reader = stream.getReader();
  let rest = '';
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      rest += decoder.decode(value, { stream: true });
      // A CR at the end waits for the next piece: it may be the first half of CRLF.
      const complete = rest.endsWith('\r') ? rest.length - 1 : rest.length;
      const lines = rest.slice(0, complete).split(/\r\n|\r|\n/);
      rest = (lines.pop() ?? '') + rest.slice(complete);
      yield* lines;
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}
