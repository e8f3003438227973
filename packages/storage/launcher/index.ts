export { BatchLauncher, type BatchLauncherOptions } from './batch-launcher.ts';
export { ChildProcessLauncher, type ChildProcessLauncherOptions, type WorkerExit } from './child-process-launcher.ts';
export type { JobLauncher, Launch } from './job-launcher.ts';
