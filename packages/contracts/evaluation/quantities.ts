import { z } from 'zod';

/** The ends of a 95 % confidence interval. */
export const interval = z.strictObject({ low: z.number(), high: z.number() });
export type Interval = z.infer<typeof interval>;

/** A share, 0 to 1, of `n` observations, with its interval (Wilson 1927 where nothing else is said). */
export const share = z.strictObject({ value: z.number(), n: z.number().int(), interval });
export type Share = z.infer<typeof share>;

/** A mean with its standard error, null for fewer than two observations. */
export const meanEstimate = z.strictObject({
  mean: z.number(),
  standard_error: z.number().nullable(),
  n: z.number().int(),
});
export type MeanEstimate = z.infer<typeof meanEstimate>;

/** A coefficient of a regression with its standard error. */
export const coefficient = z.strictObject({ value: z.number(), standard_error: z.number() });
