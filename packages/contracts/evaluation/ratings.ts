import { z } from 'zod';
import { ratingAxis } from '../rows.ts';
import { interval, meanEstimate } from './quantities.ts';

/** Spearman's rank correlation with people's ratings, −1 to 1; 0 is no relation. */
const correlation = z.strictObject({ value: z.number(), interval });

/** Ratings by people, 1 to 7, and what the reward has to do with them. */
export const ratings = z.strictObject({
  ratings: z.number().int(),
  /** Of the policies that the rows name, most ratings first. */
  policies: z.array(
    z.strictObject({
      policy: z.string(),
      axes: z.array(z.strictObject({ axis: ratingAxis, rating: meanEstimate })),
      reward: meanEstimate,
    }),
  ),
  /** Null where all ratings, or all rewards or lengths, are the same. The intervals are bootstraps by post. */
  correlations: z.array(
    z.strictObject({
      axis: ratingAxis,
      n: z.number().int(),
      reward: correlation.nullable(),
      /** Of the length in characters, to compare with. */
      length: correlation.nullable(),
    }),
  ),
});
export type Ratings = z.infer<typeof ratings>;
