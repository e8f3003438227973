import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  Problem,
  type ServeGenerateAnswer,
  type ServeGenerateRequest,
  type ServeLogProbsAnswer,
  type ServeLogProbsRequest,
  type ServeScoreAnswer,
  type ServeScoreRequest,
} from '@laurel/contracts';
import {
  DoesNotFit,
  generateCompletions,
  generationSteps,
  type Kernels,
  logProbsOfCompletions,
  type Model,
  scoreCompletions,
} from '@laurel/learning';
import type { GenerationFollower } from './work.ts';

/** Scores several requests of one truncation rule in one go. @throws {Problem} 422 when the model or a text is unfit for it */
export function answerScores(
  kernels: Kernels,
  model: Model,
  requests: readonly ServeScoreRequest[],
): ServeScoreAnswer[] {
  if (model.kind !== 'reward_model') {
    throw new Problem(422, 'not_a_reward_model', 'This model generates text and scores none: ask a reward model.');
  }
  const all = requests.flatMap(({ items }) => items);
  const scores = explained(() => scoreCompletions(kernels, model, all, requests[0]?.truncation)).values();
  return requests.map(({ items }) => ({ items: items.map(() => scores.next().value ?? []) }));
}

/** @throws {Problem} 422 when the model or a text is unfit for it */
export function answerLogProbs(kernels: Kernels, model: Model, { items }: ServeLogProbsRequest): ServeLogProbsAnswer {
  checkGenerates(model);
  return { items: explained(() => logProbsOfCompletions(kernels, model, items)) };
}

/** Samples what one request asks for. @throws {Problem} 422 when the model or a text is unfit for it */
export function answerGeneration(kernels: Kernels, model: Model, request: ServeGenerateRequest): ServeGenerateAnswer {
  checkGenerates(model);
  return { prompts: explained(() => generateCompletions(kernels, model, request)) };
}

/**
 * The same, telling of every token's text when it is there; between two tokens the event loop has a turn, so that it is sent. Ends
 * without an answer when nobody follows any more.
 * @throws {Problem} as `answerGeneration`
 */
export async function followGeneration(
  kernels: Kernels,
  model: Model,
  request: ServeGenerateRequest,
  { onDelta, signal }: GenerationFollower,
): Promise<ServeGenerateAnswer | undefined> {
  checkGenerates(model);
  const steps = generationSteps(kernels, model, request);
  try {
    while (!signal.aborted) {
      const { done, value } = explained(() => steps.next());
      if (done) return { prompts: value };
      for (const delta of value) onDelta(delta);
      await nextTurn();
    }
    return undefined;
  } finally {
    steps.return([]);
  }
}

function checkGenerates({ kind }: Model): void {
  if (kind !== 'reward_model') return;
  throw new Problem(422, 'not_a_policy', 'This model scores text and generates none: ask a policy.');
}

function explained<T>(compute: () => T): T {
  try {
    return compute();
  } catch (cause) {
    if (cause instanceof DoesNotFit) throw new Problem(422, cause.code, cause.message, { cause });
    throw cause;
  }
}
