export * from './artifacts/index.ts';
export * from './database/index.ts';
export * from './launcher/index.ts';
