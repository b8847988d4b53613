/** The layers of node/, lowest first: a folder imports from lower levels only, never from a sibling, types included. */
export const levels = [
  ['core'],
  ['ports'],
  ['disk'],
  ['chain', 'storage', 'transport', 'provider', 'renter'],
  ['gateway'],
  ['app'],
  ['cli', 'web'],
];

/**
 * The rooms of a folder, lowest first: a room imports from itself and from lower ones. What lies beside the rooms (a folder's
 * own files) may import from all of them and be imported by all of them; cycles are forbidden anyway.
 */
export const rooms = {
  'node/core': ['tasks', 'errors', 'metrics', 'data', 'keys', 'market', 'ledger'],
  'node/chain': ['contracts', 'rpc', 'transactions', 'market', 'index', 'ledger'],
  'node/storage': ['rows', 'lists', 'journal', 'catalogue', 'index', 'packs', 'sectors'],
  'node/transport': ['door', 'messages', 'wire', 'exchanges'],
  'node/provider': ['standing', 'keep', 'accept', 'audit', 'settle', 'serve'],
  'node/renter': [
    'deals',
    'objects',
    'homes',
    'pages',
    'upload',
    'download',
    'repair',
    'verify',
    'upkeep',
    'compaction',
    'recover',
    'sharing',
  ],
  'node/app': ['settings', 'keys', 'agent', 'book', 'http', 'files', 'ledger', 'doctor', 'workers', 'announcing'],
  'node/cli': ['completion', 'init', 'ledger', 'commands'],
  scripts: ['deploy', 'demo', 'lab', 'dev'],
  'scripts/deploy': ['terms', 'ignition', 'existing', 'checks', 'verify'],
  'scripts/demo': ['devnet', 'main-job', 'summary-check'],
  'scripts/lab': ['staging', 'solidity', 'changed-code', 'vectors', 'bench', 'search', 'honest', 'chaos', 'mutants', 'coverage'],
};

const layerRules = levels.flatMap((folders, level) =>
  folders.map((folder) => ({
    name: `layer-of-${folder}`,
    severity: 'error',
    from: { path: `^node/${folder}/` },
    to: { path: '^node/', pathNot: [folder, ...levels.slice(0, level).flat()].map((allowed) => `^node/${allowed}/`) },
  })),
);

const roomRules = Object.entries(rooms).flatMap(([folder, names]) =>
  names.slice(0, -1).map((name, level) => ({
    name: `room-${folder}/${name}`,
    severity: 'error',
    from: { path: `^${folder}/${name}/` },
    to: { path: names.slice(level + 1).map((higher) => `^${folder}/${higher}/`) },
  })),
);

/** Every folder with rooms has no others: a new one takes its place in the order first. */
const knownRooms = Object.entries(rooms).map(([folder, names]) => ({
  name: `room-without-a-place-in-${folder}`,
  severity: 'error',
  from: { path: `^${folder}/[^/]+/`, pathNot: names.map((name) => `^${folder}/${name}/`) },
  to: {},
}));

const generated = '^node/chain/contracts/';

export default {
  forbidden: [
    ...layerRules,
    ...roomRules,
    ...knownRooms,
    {
      name: 'folder-without-a-layer',
      severity: 'error',
      from: { path: '^node/', pathNot: levels.flat().map((folder) => `^node/${folder}/`) },
      to: {},
    },
    { name: 'no-cycles', severity: 'error', from: { pathNot: generated }, to: { circular: true } },
    {
      name: 'commands-are-not-imported',
      comment: 'What several scripts need lives in a room.',
      severity: 'error',
      from: { path: '^(node|scripts)/' },
      to: { path: '^scripts/[^/]+$' },
    },
    {
      name: 'node-stands-alone',
      comment: 'What is shipped needs neither Hardhat nor the checkout around it.',
      severity: 'error',
      from: { path: '^node/', pathNot: generated },
      to: { path: ['^(scripts|test)/', '^hardhat\\.config', 'node_modules/(hardhat|@nomicfoundation)/'] },
    },
    {
      name: 'judges-stand-alone',
      comment: 'Search, gas and mineability call the contracts raw: what the node believes may not colour what they find.',
      severity: 'error',
      from: { path: '^scripts/lab/(staging|search|bench/(gas|market|mineability))/' },
      to: { path: '^node/', pathNot: ['^node/core/', generated] },
    },
    {
      name: 'the-check-of-the-main-job-stands-alone',
      comment: 'It recomputes every figure from the chain, with nothing of the node or of the main job.',
      severity: 'error',
      from: { path: '^scripts/demo/summary-check/' },
      to: { path: ['^node/', '^scripts/'], pathNot: '^scripts/demo/summary-check/' },
    },
    {
      name: 'transports-are-passed-in',
      comment: 'What carries, encrypts and muxes connections is named in one file, which the composition roots hand to the host.',
      severity: 'error',
      from: { path: '^node/', pathNot: '^node/transport/tcp-stack\\.ts$' },
      to: { path: 'node_modules/@libp2p/(tcp|noise|yamux|memory|webrtc|websockets)/' },
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
      comment: 'But in what the imports map of package.json takes on Node alone.',
      severity: 'error',
      from: { path: '^node/(core|renter)/', pathNot: '^node/core/data/[^/]+/native\\.ts$' },
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
