import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A file of the project, its path from the root with forward slashes. */
export interface ProjectFile {
  readonly path: string;
  readonly text: string;
}

const GENERATED = ['node/chain/contracts/'];

/** The files that match `patterns`, generated ones left out, in order of their names. */
export const projectFiles = async (root: string, ...patterns: readonly string[]): Promise<readonly ProjectFile[]> => {
  const paths = globSync([...patterns], { cwd: root })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => !GENERATED.some((folder) => path.startsWith(folder)))
    .sort();
  return await Promise.all(paths.map(async (path) => ({ path, text: await readFile(join(root, path), 'utf8') })));
};
