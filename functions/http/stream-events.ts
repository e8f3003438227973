import type { Context as HonoContext } from 'hono';
import { streamSSE } from 'hono/streaming';
import type { AppEnv } from './app.ts';
import { endingProblem } from './problem-details.ts';

export interface StreamedEvent {
  event?: string;
  data: string;
}

/** Sends events as they come (WHATWG HTML, section 9.2); what goes wrong on the way is the last one, `error`. */
export function streamEvents(c: HonoContext<AppEnv>, events: AsyncGenerator<StreamedEvent>): Response {
  return streamSSE(c, async (stream) => {
    stream.onAbort(() => void events.return(undefined));
    try {
      for await (const { event, data } of events) {
        await stream.writeSSE({ ...(event && { event }), data });
      }
    } catch (error) {
      await stream.writeSSE({ event: 'error', data: JSON.stringify(endingProblem(error, c)) });
    }
  });
}
