/** The layers of node/, lowest first: a folder imports from lower levels only, never from a sibling, types included. */
const levels = [['core'], ['ports'], ['chain', 'storage', 'transport', 'provider', 'renter'], ['gateway'], ['app'], ['cli', 'web']];

const layerRules = levels.flatMap((folders, level) =>
  folders.map((folder) => ({
    name: `layer-of-${folder}`,
    severity: 'error',
    from: { path: `^node/${folder}/` },
    to: { path: '^node/', pathNot: [folder, ...levels.slice(0, level).flat()].map((allowed) => `^node/${allowed}/`) },
  })),
);

const generated = '^node/chain/contracts/';

export default {
  forbidden: [
    ...layerRules,
    {
      name: 'folder-without-a-layer',
      severity: 'error',
      from: { path: '^node/', pathNot: levels.flat().map((folder) => `^node/${folder}/`) },
      to: {},
    },
    { name: 'no-cycles', severity: 'error', from: { pathNot: generated }, to: { circular: true } },
    {
      name: 'node-stands-alone',
      comment: 'What is shipped needs neither Hardhat nor the checkout around it.',
      severity: 'error',
      from: { path: '^node/', pathNot: generated },
      to: { path: ['^(scripts|test)/', '^hardhat\\.config', 'node_modules/(hardhat|@nomicfoundation)/'] },
    },
    {
      name: 'shipped-dependencies-only',
      severity: 'error',
      from: { path: '^node/', pathNot: generated },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'interface-factories-only',
      comment: 'Of the generated types, node/ reads those of interfaces, which carry no bytecode.',
      severity: 'error',
      from: { path: '^node/', pathNot: generated },
      to: { path: generated, pathNot: '/(I[A-Z][^/]*|common)\\.ts$' },
    },
    {
      name: 'no-node-built-ins-in-core-and-renter',
      severity: 'error',
      from: { path: '^node/(core|renter)/' },
      to: { dependencyTypes: ['core'] },
    },
    { name: 'resolvable', severity: 'error', from: { pathNot: generated }, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      conditionNames: ['holdfast-source', 'node', 'import', 'require', 'types', 'default'],
      exportsFields: ['exports'],
    },
  },
};
