export * from './evaluation.ts';
export * from './ids.ts';
export * from './job.ts';
export * from './problem.ts';
export * from './prompt.ts';
export * from './rows.ts';
export * from './serving.ts';
export * from './worker-protocol.ts';
