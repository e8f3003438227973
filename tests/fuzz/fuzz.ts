/**
 * `npm run fuzz`: Schemathesis over the whole OpenAPI document, on a service of its own that has one of everything. Ends with the counts by
 * status and by operation, and with exit code 1 if any answer was a server error, undocumented, or otherwise not as the document says.
 *
 *   --requests N   at least so many; 1,500
 *   --seed N       what they are drawn with; 1
 */
import { parseArgs } from 'node:util';
import { runFuzz } from './run-fuzz.ts';
import { describeCounts } from './tally.ts';

const { values } = parseArgs({
  options: { requests: { type: 'string', default: '1500' }, seed: { type: 'string', default: '1' } },
});

const { counts, exitCodes, errors } = await runFuzz({ requests: Number(values.requests), seed: Number(values.seed) });
console.log(`\n${describeCounts(counts)}`);
console.log(`${exitCodes.length} runs, ${exitCodes.filter((code) => code !== 0).length} with findings`);
console.log(`${errors.length} errors in the service's log`);
for (const line of errors.slice(0, 20)) console.log(`  ${line}`);
process.exitCode = errors.length === 0 && exitCodes.every((code) => code === 0) ? 0 : 1;
