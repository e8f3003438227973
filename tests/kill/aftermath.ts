import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { doctor, HEALTHY } from '../end-to-end/doctor.ts';
import { promise } from './broken-promise.ts';
import type { Installation } from './installation.ts';

/** Ends the service, whose jobs have all ended, and looks at what is left: no process, no 5xx but 503 in its log, nothing that the doctor finds. */
export async function stopAndExamine(installation: Installation): Promise<void> {
  await installation.stop();
  await installation.noProcessIsLeft();
  const log = await readFile(join(installation.folder, 'logs/server.log'), 'utf8');
  const errors = log.split('\n').filter((line) => /"status":5(?!03)/.test(line));
  promise(errors.length === 0, 'The API has answered with errors from inside.', errors);
  const said = await doctor(installation.env);
  promise(said === HEALTHY, `The doctor found something:\n${said}`);
}
