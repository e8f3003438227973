import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promise } from './broken-promise.ts';
import type { Installation } from './installation.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Ends the service, whose jobs have all ended, and looks at what is left: no process, nothing that the doctor finds. */
export async function stopAndExamine(installation: Installation): Promise<void> {
  await installation.stop();
  await installation.noProcessIsLeft();
  const said = await new Promise<string>((resolve) => {
    const options = { cwd: ROOT, env: installation.env };
    execFile(process.execPath, ['--import', 'tsx', 'functions/doctor.ts'], options, (_, stdout, stderr) =>
      resolve(stdout + stderr),
    );
  });
  promise(said === 'Nothing was found.\n', `The doctor found something:\n${said}`);
}
