import {
  GOLDEN_FILE,
  GOLDEN_TOLERANCE,
  type GoldenCheck,
  type GoldenScores,
  goldenScores,
  Problem,
  type ServedModel,
} from '@laurel/contracts';
import { readManifest, readManifestFile } from '@laurel/storage/artifacts';
import type { Context } from '../../context.ts';
import type { ModelVersionRow } from '../models/get-model-version.ts';

/**
 * Has the server compute what the trainer computed when it made the model, which it then has in memory.
 *
 * @throws {Problem} 422 when it comes to something else, or has nothing to be held to; 503 while there is no server
 */
export async function verifyGolden(context: Context, version: ModelVersionRow): Promise<GoldenCheck> {
  const golden = await readGolden(context, version);
  const model = { prefix: version.artifactPrefix, manifest_sha256: version.manifestSha256 };
  const values = await recompute(context, version.kind, model, golden);
  const differences = golden.items
    .flatMap((item) => item.values)
    .map((value, i) => Math.abs(value - (values[i] ?? NaN)));
  const largest = Math.max(...differences);
  if (!(largest <= GOLDEN_TOLERANCE)) throw await differs(context, version, golden, largest);
  return { compared: differences.length, largest_difference: largest };
}

async function readGolden({ artifacts }: Context, version: ModelVersionRow): Promise<GoldenScores> {
  const { id, artifactPrefix, manifestSha256 } = version;
  const manifest = await readManifest(artifacts, artifactPrefix, manifestSha256);
  if (!(GOLDEN_FILE in manifest.files)) throw unfit('no_golden_scores', `${id} has no golden scores: train it again.`);
  const bytes = await readManifestFile(artifacts, artifactPrefix, manifest, GOLDEN_FILE);
  const golden = goldenScores.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  if (golden.items.length > 0) return golden;
  throw unfit('no_golden_scores', `The context of ${id} holds no text that the server could be held to.`);
}

async function recompute(
  { serving }: Context,
  kind: ModelVersionRow['kind'],
  model: ServedModel,
  golden: GoldenScores,
): Promise<number[]> {
  const items = golden.items.map(({ prompt, completions }) => ({ prompt, completions }));
  if (kind === 'reward_model') {
    const scored = await serving.score({ model, truncation: 'post', items });
    return scored.items.flat().map(({ raw }) => raw);
  }
  const found = await serving.logProbs({ model, items });
  return found.items.flat().map((completion) => completion.log_prob / completion.tokens);
}

async function differs(
  { serving }: Context,
  { id }: ModelVersionRow,
  golden: GoldenScores,
  by: number,
): Promise<Problem> {
  const server = await serving.health();
  const remedy =
    server && server.precision !== golden.precision
      ? `the trainer computed in ${golden.precision}, the server in ${server.precision}: set LAUREL_PRECISION for both`
      : 'compare their versions and machines';
  const detail = `The server computes ${id} otherwise than its trainer, by up to ${by.toPrecision(2)} where ${GOLDEN_TOLERANCE} is allowed; ${remedy}.`;
  return unfit('golden_scores_differ', detail);
}

const unfit = (code: string, detail: string) =>
  new Problem(422, code, detail, { errors: [{ pointer: '/model_version', code, detail }] });
