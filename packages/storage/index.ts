export * from './artifacts/index.ts';
export * from './database/index.ts';
