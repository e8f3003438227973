import { Problem } from '@laurel/contracts';
import { createMiddleware } from 'hono/factory';

/** Ends the caller's waiting after a while. What was begun goes on, so the caller is not told to try it again. */
export const answerWithin = (limitMs: number) =>
  createMiddleware(async (_, next) => {
    let timer: NodeJS.Timeout | undefined;
    const isOver = new Promise<never>((_, reject) => {
      const detail = `There was no answer within ${limitMs / 1000} s; ask for less.`;
      timer = setTimeout(() => reject(new Problem(504, 'took_too_long', detail)), limitMs);
    });
    try {
      await Promise.race([next(), isOver]);
    } finally {
      clearTimeout(timer);
    }
  });
