import { findDamagedResults } from './find-damaged-results.ts';
import { findDanglingEndpoints } from './find-dangling-endpoints.ts';
import { findStuckJobs } from './find-stuck-jobs.ts';
import { findUnfinishedUploads } from './find-unfinished-uploads.ts';
import { findUnnamedArtifacts } from './find-unnamed-artifacts.ts';
import { findUnsentWebhooks } from './find-unsent-webhooks.ts';
import type { Finding, Patient } from './finding.ts';

const EXAMINATIONS = [
  findStuckJobs,
  findUnfinishedUploads,
  findDanglingEndpoints,
  findUnsentWebhooks,
  findDamagedResults,
  findUnnamedArtifacts,
];

/** All that the database and the artifact store have and should not have, or lack. */
export async function examine(patient: Patient): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const find of EXAMINATIONS) findings.push(...(await find(patient)));
  return findings;
}
