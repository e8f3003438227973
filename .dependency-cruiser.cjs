// The layer rules of docs/architecture.md: dependencies point one way.
const only = (name, from, allowed, comment) => ({
  name,
  severity: 'error',
  comment,
  from: { path: `^${from}/`, pathNot: '\\.test\\.ts$' },
  to: {
    path: '^(packages|functions|gpu-workers|infra|sdks|tests|scripts|bench)/',
    pathNot: [`^${from}/`, ...allowed.map((a) => `^${a}`)],
  },
});

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-tests-in-code',
      severity: 'error',
      from: { pathNot: '\\.test\\.ts$|^tests/' },
      to: { path: '\\.test\\.ts$|^tests/' },
    },
    only(
      'contracts-imports-nothing',
      'packages/contracts',
      [],
      'contracts is what everybody agrees on; it knows nobody',
    ),
    only(
      'learning-knows-contracts',
      'packages/learning',
      ['packages/contracts/'],
      'no AWS, HTTP, database, files or environment',
    ),
    only('storage-knows-contracts', 'packages/storage', ['packages/contracts/'], 'ports and adapters'),
    only(
      'functions',
      'functions',
      ['packages/contracts/', 'packages/storage/', 'packages/learning/evaluation/statistics/'],
      'the API never loads the engine',
    ),
    only(
      'gpu-workers',
      'gpu-workers',
      ['packages/contracts/', 'packages/learning/', 'packages/storage/artifacts/'],
      'a worker has no database',
    ),
    only('sdk-stands-alone', 'sdks/typescript', [], 'published on its own'),
    only('infra-names-files', 'infra', [], 'infra names entry files by path and imports no runtime code'),
    only('bench', 'bench', ['packages/', 'functions/', 'gpu-workers/'], 'it measures what is there; nobody needs it'),
    {
      name: 'learning-is-pure',
      severity: 'error',
      from: { path: '^packages/learning/', pathNot: '\\.test\\.ts$' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'one-native-import',
      severity: 'error',
      from: { pathNot: '^gpu-workers/engine/native\\.ts$' },
      to: { path: 'tfjs-node-gpu' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
    exclude: { path: '(^|/)(node_modules|cdk\\.out|\\.laurel)/' },
  },
};
