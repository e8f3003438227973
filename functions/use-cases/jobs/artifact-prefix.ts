/** Where a job's worker writes. */
export const artifactPrefixOf = (jobId: string): string => `artifacts/${jobId}`;
