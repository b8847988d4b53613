import { expect } from 'chai';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { startGuarded } from '../../scripts/demo/devnet/guarded-process.js';
import { temporaryDirectory } from '../support/temporary-directory.js';

const MODULE = pathToFileURL(resolve('node/app/end-within.ts')).href;

describe('ending within a bound', function () {
  this.timeout(60_000);

  const run = async (stays: boolean, bound: number): Promise<{ readonly code: number | null; readonly told: boolean }> => {
    const folder = await temporaryDirectory();
    await mkdir(folder.path, { recursive: true });
    const script = join(folder.path, 'ends.mts');
    await writeFile(
      script,
      `import { endWithin } from '${MODULE}';\n` +
        `const log = { debug() {}, info() {}, alarm() {}, warn: (event: string, facts: object) => console.log(event, JSON.stringify(facts)) };\n` +
        `endWithin(${bound}, log);\n${stays ? 'setInterval(() => undefined, 1_000);' : ''}`,
    );
    const lines: string[] = [];
    const child = await startGuarded({
      name: 'ends',
      command: process.execPath,
      args: ['--import', 'tsx', script],
      log: join(folder.path, 'log'),
      onLine: (line) => lines.push(line),
    });
    const { code } = await child.ended;
    await folder.remove();
    return { code, told: lines.includes(`stop-overdue {"milliseconds":${bound}}`) };
  };

  it('a process that holds on to something is ended, and says so', async () => {
    expect(await run(true, 300)).to.deep.equal({ code: 1, told: true });
  });

  it('one that ends by itself is not held up', async () => {
    expect(await run(false, 20_000)).to.deep.equal({ code: 0, told: false });
  });
});
