import type { Work } from '../core/work.ts';
import { growthWorks } from './growth.ts';
import { ingestWorks } from './ingest.ts';
import { optimiserWorks } from './optimiser.ts';
import { ppoWorks } from './ppo.ts';
import { rewardModelWorks } from './reward-model.ts';
import { samplingWorks } from './sampling.ts';
import { scoringWorks } from './scoring.ts';
import { servingWorks } from './serving.ts';
import { sftWorks } from './sft.ts';

/** In the order of the page. */
export const WORKS: readonly Work[] = [
  ...rewardModelWorks,
  ...sftWorks,
  ...ppoWorks,
  ...samplingWorks,
  ...scoringWorks,
  ...servingWorks,
  ...ingestWorks,
  ...optimiserWorks,
  ...growthWorks,
];
