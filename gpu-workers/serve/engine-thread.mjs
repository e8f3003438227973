// Where a thread begins, Node knows no TypeScript yet.
import { register } from 'tsx/esm/api';

register();
await import('./run-engine-thread.ts');
