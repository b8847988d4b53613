import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '../../..');

/**
 * Packs this checkout and installs the package globally, under `folder`, as a user does: without what only developers need,
 * and without install scripts. Returns the path of the installed `holdfast`.
 */
export const installPacked = async (folder: string, signal: AbortSignal): Promise<string> => {
  await mkdir(folder, { recursive: true });
  const { stdout } = await run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], { cwd: ROOT, signal });
  const [{ filename }] = JSON.parse(stdout) as [{ filename: string }];
  const prefix = join(folder, 'global');
  const install = ['install', '--global', '--prefix', prefix, '--ignore-scripts', '--no-audit', '--no-fund', join(folder, filename)];
  await run('npm', install, { cwd: folder, signal });
  return join(prefix, 'bin/holdfast');
};
