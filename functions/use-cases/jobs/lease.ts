/** A running job whose worker has been silent for this long has lost it. */
export const LEASE_SECONDS = 30;

export const leaseFrom = (now: Date): Date => new Date(now.getTime() + LEASE_SECONDS * 1000);
