import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isHoldfastError, HoldfastError } from '../../node/core/errors/holdfast-error.js';
import { ownDirectory } from '../../node/disk/directory-owner.js';

// A process that takes folder after folder, each at a moment that the file `go` sets: `racing-owner.ts DIRECTORY FOLDER…`.
// Prints for each folder the process id of its owner, 0 if that is this process, and keeps all that it got.

const [directory = '', ...folders] = process.argv.slice(2);
const go = join(directory, 'go');
const read = (): number => (existsSync(go) ? Number(readFileSync(go, 'utf8')) : 0);

const race = async (path: string): Promise<number> => {
  try {
    await ownDirectory(path, { inUse: (pid) => new HoldfastError('JOURNAL_IN_USE', { path, pid }), former: 'lock' });
    return 0;
  } catch (error) {
    if (isHoldfastError(error, 'JOURNAL_IN_USE')) return error.data.pid;
    throw error;
  }
};

process.stdout.write('ready\n');
while (read() === 0) await new Promise((resolve) => setTimeout(resolve, 5));
const begin = read();
const owners: number[] = [];
for (const [index, path] of folders.entries()) {
  while (Date.now() < begin + 20 * index);
  owners.push(await race(path));
}
process.stdout.write(`${JSON.stringify(owners)}\n`);
setInterval(() => undefined, 60_000);
