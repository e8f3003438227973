import type { CallOptions, Transport } from '../transport.ts';
import type { Answer } from '../types.ts';

export type Health = Answer<'health.get'>;

/** Asks how the service is: its version, its database, and the engine's grade. Needs no key. */
export function health(transport: Transport, options: CallOptions = {}): Promise<Health> {
  return transport.json('/v1/health', options);
}
