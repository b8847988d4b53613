import { spawn } from 'node:child_process';
import { join } from 'node:path';

/** Runs one of the project's own programs in folder `root`; resolves to its output, or to nothing if it ended with 0. */
export const complaintsOf = async (root: string, tool: string, args: readonly string[]): Promise<readonly string[]> => {
  const child = spawn(process.execPath, [join(root, 'node_modules', tool), ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0', NODE_NO_WARNINGS: '1' },
  });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
  const code = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exit) => resolve(exit ?? 1));
  });
  if (code === 0) return [];
  const lines = Buffer.concat(chunks)
    .toString()
    .split('\n')
    .filter((line) => line.trim() !== '');
  return lines.length > 0 ? lines : [`${tool} ended with ${code}`];
};
