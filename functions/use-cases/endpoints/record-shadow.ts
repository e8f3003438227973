import { newId, type ServeScoreAnswer, type ServeScoreRequest } from '@laurel/contracts';
import { shadowScores } from '@laurel/storage';
import { and, desc, eq, lte } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import type { AnsweringVersion } from './resolve-endpoint.ts';

/** Rows that an endpoint keeps; older ones go. */
const KEPT = 1000;

export interface Answer {
  request: ServeScoreRequest;
  answer: ServeScoreAnswer;
  answering: AnsweringVersion;
  shadow: AnsweringVersion;
  requestId: string;
}

/** Has the shadow score what was answered, and keeps by how much it differs. */
export async function recordShadow(context: Context, answered: Answer): Promise<void> {
  const { request, answer, answering, shadow, requestId } = answered;
  const shadowed = await context.serving.score({ ...request, model: shadow.model });
  const { db } = context;
  const endpointId = shadow.endpointId;
  await db.insert(shadowScores).values({
    id: newId('shd'),
    endpointId,
    requestId,
    answeredBy: answering.endpointVersion,
    shadowVersion: shadow.endpointVersion,
    ...differencesOf(answer, shadowed),
  });
  const own = eq(shadowScores.endpointId, endpointId);
  const newestFirst = desc(shadowScores.id);
  const [oldest] = await db.select().from(shadowScores).where(own).orderBy(newestFirst).offset(KEPT).limit(1);
  if (oldest) await db.delete(shadowScores).where(and(own, lte(shadowScores.id, oldest.id)));
}

/** Of normalised scores: raw ones of two models have no common zero. */
function differencesOf(answer: ServeScoreAnswer, shadowed: ServeScoreAnswer) {
  const others = shadowed.items.flat();
  const differences = answer.items.flat().map(({ score }, i) => (others[i]?.score ?? NaN) - score);
  const choices = answer.items.map((scores, i) => [scores, shadowed.items[i] ?? []] as const);
  const real = choices.filter(([scores]) => scores.length > 1);
  return {
    completions: differences.length,
    meanDifference: differences.reduce((sum, difference) => sum + difference, 0) / differences.length,
    largestDifference: Math.max(...differences.map(Math.abs)),
    choices: real.length,
    samePreferred: real.filter(([scores, other]) => indexOfBest(scores) === indexOfBest(other)).length,
  };
}

const indexOfBest = (scores: readonly { raw: number }[]) =>
  scores.reduce((best, { raw }, i) => (raw > (scores[best]?.raw ?? raw) ? i : best), 0);
