/**
 * `npm run cut-test [-- --times 100 --seed 1]`: cuts so many uploads to a service of its own at a random byte, direct ones of every format
 * and parts, and sees to it that neither a dataset nor a file is left of any, and that the doctor finds nothing. The seed decides what is
 * sent and where it is cut.
 *
 * Exit codes: 0 nothing was left; 1 something was: it prints what.
 */
import { parseArgs } from 'node:util';
import { type Cut, cutUploads } from './cut-uploads.ts';

const { values } = parseArgs({
  options: { times: { type: 'string', default: '100' }, seed: { type: 'string', default: '1' } },
});
const [times, seed] = [Number(values.times), Number(values.seed)];
const cuts: Cut[] = [];
console.log(`seed ${seed}, ${times} cuts`);
await cutUploads(times, seed, (cut) => {
  cuts.push(cut);
  const { what, sentBytes, ofBytes, goneAfterMs } = cut;
  console.log(
    `${cuts.length}: ${what}, cut at ${sentBytes} of ${ofBytes}; nothing left after ${goneAfterMs.toFixed(0)} ms`,
  );
});
const kinds = [...new Set(cuts.map(({ what }) => what))];
const counts = kinds.map((kind) => `${cuts.filter(({ what }) => what === kind).length} of ${kind}`);
const slowestMs = Math.max(...cuts.map(({ goneAfterMs }) => goneAfterMs));
console.log(
  `${cuts.length} cuts (${counts.join(', ')}): never half a dataset, no file left, at most ${slowestMs.toFixed(0)} ms later.`,
);
console.log('The doctor found nothing.');
