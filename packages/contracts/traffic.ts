import { z } from 'zod';
import { MAX_INT32 } from './int32.ts';

const versionNumber = z.number().int().min(1).max(MAX_INT32);

/** A version that answers a share of the requests in place of the one that is live. */
export const trafficShare = z.strictObject({ version: versionNumber, share: z.number().gt(0).max(1) });
export type TrafficShare = z.infer<typeof trafficShare>;

/** Who answers for an endpoint. */
export const traffic = z
  .strictObject({
    /** Answers what is left of the requests by the split. */
    live: versionNumber,
    split: z.array(trafficShare).max(4).default([]),
    /** Scores what the others answer, for the record; nobody waits for it. */
    shadow: versionNumber.nullable().default(null),
  })
  .check(({ value: { live, split }, issues }) => {
    const object = (message: string) => issues.push({ code: 'custom', path: ['split'], message, input: split });
    if (split.reduce((sum, { share }) => sum + share, 0) > 1) object('the shares are more than 1 together');
    if (new Set([live, ...split.map(({ version }) => version)]).size <= split.length) {
      object('names a version twice, or the one that is live');
    }
  });
export type Traffic = z.infer<typeof traffic>;
