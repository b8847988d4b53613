import { spawn } from 'node:child_process';
import { join } from 'node:path';

/** How a program ended, and all that it printed. */
export interface ToolResult {
  readonly code: number;
  readonly output: string;
}

/** Runs one of the project's own programs in folder `root` to its end. */
export const runTool = async (root: string, tool: string, args: readonly string[], signal?: AbortSignal): Promise<ToolResult> => {
  const child = spawn(process.execPath, [join(root, 'node_modules', tool), ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0', NODE_NO_WARNINGS: '1' },
    ...(signal && { signal }),
  });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
  const code = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exit) => resolve(exit ?? 1));
  });
  return { code, output: Buffer.concat(chunks).toString() };
};

/** Runs one of the project's own programs in folder `root`; resolves to its output, or to nothing if it ended with 0. */
export const complaintsOf = async (root: string, tool: string, args: readonly string[]): Promise<readonly string[]> => {
  const { code, output } = await runTool(root, tool, args);
  if (code === 0) return [];
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  return lines.length > 0 ? lines : [`${tool} ended with ${code}`];
};
