import { spawn } from 'node:child_process';
import { join, delimiter } from 'node:path';
import { root } from './root.mjs';

/**
 * Runs a program in the checkout, with the project's own programs (Node 24 among them) first on the path. Its output is
 * kept and shown only if it fails. Resolves to `{ code, output }`.
 */
export const run = (command, args) =>
  new Promise((resolve, reject) => {
    const path = `${join(root, 'node_modules', '.bin')}${delimiter}${process.env.PATH ?? ''}`;
    const windows = process.platform === 'win32';
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, PATH: path },
      shell: windows,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const chunks = [];
    child.stdout.on('data', (chunk) => chunks.push(chunk));
    child.stderr.on('data', (chunk) => chunks.push(chunk));
    const stop = () => child.kill('SIGTERM');
    process.once('exit', stop);
    child.once('error', reject);
    child.once('close', (code) => {
      process.off('exit', stop);
      resolve({ code: code ?? 1, output: Buffer.concat(chunks).toString() });
    });
  });
