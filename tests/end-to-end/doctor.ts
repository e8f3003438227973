import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const ENTRY = fileURLToPath(new URL('../../functions/doctor.ts', import.meta.url));

/** What `npm run doctor` says of an installation whose server has ended; why, if it could not look. */
export const doctor = (env: NodeJS.ProcessEnv): Promise<string> =>
  new Promise((resolve) => {
    execFile(process.execPath, ['--import', 'tsx', ENTRY], { env }, (_, stdout, stderr) => resolve(stdout || stderr));
  });

/** What it says when there is nothing to say. */
export const HEALTHY = 'Nothing was found.\n';
