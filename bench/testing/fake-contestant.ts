/** A contestant whose round takes as long as its settings say; `fails` makes it end before it is ready. */
import { setTimeout as sleep } from 'node:timers/promises';
import { contest } from '../core/contestant.ts';
import type { Precision } from '../core/protocol.ts';

interface FakeSettings {
  roundMs: number;
  precision: Precision;
  fails?: boolean;
}

await contest<FakeSettings>(async ({ settings: { roundMs, precision, fails } }) => {
  if (fails) throw new Error('no such device');
  return {
    name: 'fake',
    versions: {},
    precision,
    async round(i) {
      const startMs = performance.now();
      await sleep(roundMs);
      return { seconds: (performance.now() - startMs) / 1000, units: 10, values: [i] };
    },
  };
});
