import {
  Problem,
  type PromptParts,
  type ServeGenerateAnswer,
  type ServeGenerateRequest,
  type ServeHealth,
  type ServeScoreAnswer,
  type ServeScoreRequest,
} from '@laurel/contracts';
import { DoesNotFit, generateCompletions, type Model, scoreCompletions } from '@laurel/learning';
import type { ArtifactStore } from '@laurel/storage/artifacts';
import type { Engine } from '../engine/native.ts';
import type { Serving } from './app.ts';
import { BatchQueue } from './batch-queue.ts';
import { ModelCache } from './model-cache.ts';

type Work = { type: 'score'; request: ServeScoreRequest } | { type: 'generate'; request: ServeGenerateRequest };
type Answer = ServeScoreAnswer | ServeGenerateAnswer;

/** About 60,000 tokens: more in one batch computes no faster, and whoever comes next waits for longer. */
const MAX_BATCH_CHARACTERS = 256 * 1024;
const MAX_QUEUED_CHARACTERS = 16 * MAX_BATCH_CHARACTERS;
const CHARACTERS_PER_TOKEN = 4;
