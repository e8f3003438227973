import type { ServerType } from '@hono/node-server';

/** By then a container is killed (Kubernetes' and ECS's default). */
const LONGEST_DRAIN_MS = 30_000;

/** Ends the process when the requests in line have been answered; no connection is taken meanwhile. */
export function drain(server: ServerType): void {
  const exit = () => process.exit(0);
  server.close(exit);
  setTimeout(exit, LONGEST_DRAIN_MS).unref();
}
