import {
  Problem,
  type ServeGenerateAnswer,
  type ServeGenerateRequest,
  type ServeScoreAnswer,
  type ServeScoreRequest,
} from '@laurel/contracts';
import { DoesNotFit, generateCompletions, type Kernels, type Model, scoreCompletions } from '@laurel/learning';

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

/** Samples what one request asks for. @throws {Problem} 422 when the model or a text is unfit for it */
export function answerGeneration(kernels: Kernels, model: Model, request: ServeGenerateRequest): ServeGenerateAnswer {
  if (model.kind === 'reward_model') {
    throw new Problem(422, 'not_a_policy', 'This model scores text and generates none: ask a policy.');
  }
  return { prompts: explained(() => generateCompletions(kernels, model, request)) };
}

function explained<T>(compute: () => T): T {
  try {
    return compute();
  } catch (cause) {
    if (cause instanceof DoesNotFit) throw new Problem(422, cause.code, cause.message, { cause });
    throw cause;
  }
}
