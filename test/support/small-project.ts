import { readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

const CONFIGURATION = [
  'package.json',
  'tsconfig.json',
  'eslint.config.js',
  '.dependency-cruiser.mjs',
  '.prettierrc.json',
  '.prettierignore',
  '.solhint.json',
];

const VERSION = (JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }).version;

/** A project small enough to be checked in seconds, with this one's configuration and a file or two of each kind. */
const CONTENT: Readonly<Record<string, string>> = {
  'README.md': '# Small\n\nSee `node/core/doubling.ts`; `npm run check` looks at it. It may say `NO_LUCK`.\n',
  'CHANGELOG.md': `# Changes\n\n## [Unreleased]\n\n## [${VERSION}] - 2026-02-01\n\n## [0.0.9] - 2026-01-01\n`,
  'CONTRIBUTING.md': '# How\n\nSee [small things](README.md#small).\n',
  'docs/architecture.md':
    '# Rooms\n\nA room: `node/core/` with `node/core/errors/` and `node/core/market/`, `node/ports/`, `node/chain/` with `node/chain/contracts/`, `node/renter/`.\n\n1. `node/core/doubling.ts#doubled` doubles.\n',
  'hardhat.config.ts': 'export {};\n',
  'contracts/Small.sol': [
    '// SPDX-License-Identifier: MIT',
    'pragma solidity ^0.8.28;',
    '',
    'contract Small {',
    '  uint256 public value;',
    '}',
    '',
  ].join('\n'),
  'artifacts/build-info/small.output.json': '{ "output": { "contracts": {} } }\n',
  'node/chain/contracts/ISmall.ts': 'export type ISmall = { readonly value: () => Promise<bigint> };\n',
  'node/chain/contracts/Small.ts': 'export type Small = { readonly value: () => Promise<bigint> };\n',
  'node/chain/small.ts': "import type { ISmall } from './contracts/ISmall.js';\n\nexport type Reader = Pick<ISmall, 'value'>;\n",
  'node/core/doubling.ts': 'export const doubled = (value: bigint): bigint => 2n * value;\n',
  'node/core/errors/row.ts':
    'export const row = (says: (data: { name: string }) => string, remedy: string): unknown => ({ says, remedy });\n',
  'node/core/errors/small-errors.ts': [
    "import { row } from './row.js';",
    '',
    '/** Small things. */',
    "export const smallErrors = { NO_LUCK: row((d) => `no luck for ${d.name}`, 'Try again.') };",
    '',
  ].join('\n'),
  'node/ports/world.ts': 'export interface Clock {\n  now(): number;\n}\n',
  'node/renter/waiting.ts': [
    "import { doubled } from '../core/doubling.js';",
    "import type { Clock } from '../ports/world.js';",
    '',
    'export const longer = (clock: Clock): bigint => doubled(BigInt(clock.now()));',
    '',
  ].join('\n'),
  'node/core/market/small.ts': 'export const price = 1n;\n',
  'scripts/demo/shown.ts': 'export const shown = true;\n',
  'scripts/deploy.ts': 'export const deployed = true;\n',
};

export interface SmallProject {
  readonly root: string;
  /** Writes a file of the project. */
  write(path: string, text: string): Promise<void>;
  /** Puts a file back as it was, or takes it away if it was not there. */
  restore(path: string): Promise<void>;
  remove(): Promise<void>;
}

/** Makes the small project in a temporary folder; it borrows this project's node_modules. */
export const createSmallProject = async (): Promise<SmallProject> => {
  const root = await mkdtemp(join(tmpdir(), 'holdfast-small-'));
  const write = async (path: string, text: string): Promise<void> => {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  };
  await Promise.all(CONFIGURATION.map((name) => cp(name, join(root, name))));
  await Promise.all(Object.entries(CONTENT).map(([path, text]) => write(path, text)));
  await symlink(resolve('node_modules'), join(root, 'node_modules'), 'dir');
  return {
    root,
    write,
    restore: async (path) => {
      const text = CONTENT[path];
      if (text === undefined) await rm(join(root, path), { force: true });
      else await write(path, text);
    },
    remove: () => rm(root, { recursive: true, force: true }),
  };
};
