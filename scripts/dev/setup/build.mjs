import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { keepPublic } from './public-modules.mjs';
import { root } from './root.mjs';
import { run } from './run.mjs';
import { shareHelpers } from './shared-helpers.mjs';
import { SetupError } from './setup-error.mjs';
import { digestOf, stamp } from './stamp.mjs';
import { tighten } from './tighten.mjs';

const SOURCES = [
  'contracts',
  'node',
  'hardhat.config.ts',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'scripts/dev/setup/build.mjs',
  'scripts/dev/setup/public-modules.mjs',
  'scripts/dev/setup/shared-helpers.mjs',
  'scripts/dev/setup/tighten.mjs',
];

/** Contracts → artifacts/ and node/chain/contracts/, then node/ → dist/, unless nothing has changed since the last build. */
export const build = async () => {
  const finished = stamp('dist/.built', digestOf(SOURCES, { except: ['node/chain/contracts'] }));
  const generated = ['artifacts', 'node/chain/contracts'].every((path) => existsSync(join(root, path)));
  if (generated && finished.isCurrent()) return;
  console.log('Building contracts and node …');
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  await step('the contracts', 'hardhat', ['build', '--no-tests', '--quiet']);
  // What documents a module stands in its types, and not a second time in what runs.
  await step('the types of the node', 'tsc', ['-p', 'tsconfig.build.json', '--emitDeclarationOnly']);
  keepPublic('types', '.d.ts');
  await step('the node', 'tsc', ['-p', 'tsconfig.build.json', '--noCheck', '--declaration', 'false', '--removeComments']);
  shareHelpers();
  keepPublic('default', '.js');
  await tighten();
  finished.write();
};

const step = async (what, command, args) => {
  const { code, output } = await run(command, args);
  if (code !== 0) throw new SetupError(`${what} did not compile\n\n${output.trimEnd()}\n`, 'The compiler says above what to change.');
};
