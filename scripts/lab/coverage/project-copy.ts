import { cp, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What the Solidity tests need of the project, beside its node_modules. */
const PARTS = ['package.json', 'tsconfig.json', 'hardhat.config.ts', 'contracts', 'test/contracts', 'test/vectors'];

/** A folder that goes when it is disposed of. */
export interface ProjectCopy extends AsyncDisposable {
  readonly root: string;
}

/** Copies contracts and Solidity tests into a temporary folder that borrows the project's node_modules. */
export const copyForSolidity = async (root: string): Promise<ProjectCopy> => {
  const copy = await mkdtemp(join(tmpdir(), 'holdfast-solidity-'));
  await Promise.all(PARTS.map((part) => cp(join(root, part), join(copy, part), { recursive: true })));
  await symlink(join(root, 'node_modules'), join(copy, 'node_modules'), 'dir');
  return { root: copy, [Symbol.asyncDispose]: () => rm(copy, { recursive: true, force: true }) };
};
