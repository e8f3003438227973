import { Problem, type ServeGenerateAnswer, type serveGenerateLine } from '@laurel/contracts';
import type { z } from 'zod';
import type { GenerationFollower } from './work.ts';

type Line = z.infer<typeof serveGenerateLine>;

/**
 * A generation as JSON Lines, each sent when it is there. The answer begins with the first of them, so that what is refused before is
 * refused by a status.
 * @throws {unknown} what `follow` throws before its first delta
 */
export function answerLines(
  follow: (follower: GenerationFollower) => Promise<ServeGenerateAnswer | undefined>,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const listening = new AbortController();
    let lines: ReadableStreamDefaultController<Uint8Array> | undefined;
    const encoder = new TextEncoder();
    const write = (line: Line) => {
      if (!lines) {
        const stream = new ReadableStream<Uint8Array>({
          start: (controller) => {
            lines = controller;
          },
          cancel: () => listening.abort(),
        });
        resolve(new Response(stream, { headers: { 'content-type': 'application/x-ndjson' } }));
      }
      if (!listening.signal.aborted) lines?.enqueue(encoder.encode(`${JSON.stringify(line)}\n`));
    };
    const close = () => {
      if (!listening.signal.aborted) lines?.close();
    };
    follow({ onDelta: (delta) => write({ delta }), signal: listening.signal }).then(
      (answer) => {
        if (answer) write({ answer });
        close();
      },
      (error: unknown) => {
        if (!lines) return reject(error);
        write({ problem: asProblem(error) });
        close();
      },
    );
  });
}

function asProblem(error: unknown): Extract<Line, { problem: unknown }>['problem'] {
  if (error instanceof Problem) return { status: error.status, code: error.code, detail: error.message };
  return { status: 500, code: 'internal_error', detail: 'Serving failed for a reason of its own.' };
}
