import type { Work } from '../core/work.ts';
import { ingestWorks } from './ingest.ts';
import { rewardModelWorks } from './reward-model.ts';
import { scoringWorks } from './scoring.ts';
import { servingWorks } from './serving.ts';
import { sftWorks } from './sft.ts';

/** In the order of the page. */
export const WORKS: readonly Work[] = [
  ...rewardModelWorks,
  ...sftWorks,
  ...scoringWorks,
  ...servingWorks,
  ...ingestWorks,
];
