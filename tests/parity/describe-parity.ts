import type { Kernels } from '@laurel/learning';
import { beforeAll, describe, expect, it } from 'vitest';
import { isWithin } from './comparison.ts';
import { type EngineName, loadKernels } from './engines.ts';
import { STUDIES } from './studies.ts';

/** Everything that `npm run parity` prints of one engine, as tests. */
export function describeParity(engine: EngineName): void {
  describe(`parity with PyTorch: ${engine}`, () => {
    let kernels: Kernels;
    beforeAll(async () => {
      kernels = await loadKernels(engine);
    });

    it.each(STUDIES)(
      '$name',
      ({ compare }) => {
        const comparisons = compare(kernels);
        expect(comparisons.length).toBeGreaterThan(0);
        expect(comparisons.filter((comparison) => !isWithin(comparison))).toEqual([]);
      },
      60_000,
    );
  });
}
