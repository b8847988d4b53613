import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { createJournalFiles, openJournalFiles } from '../../node/storage/journal.js';
import { createSectorFiles, openSectorFiles } from '../../node/storage/sector-files.js';
import { collect } from '../support/collect.js';
import { testIdentity } from '../support/memory-market/market-identity.js';
import { withDirectory } from '../support/temporary-directory.js';
import { contentOf, dealNamed, sectorNamed, signedRevision } from './sample-sectors.js';

const script = fileURLToPath(new URL('crashing-process.ts', import.meta.url));
const steps = [
  'sector written',
  'sector synced',
  'sector renamed',
  'sector durable',
  'before journal write 1',
  'after journal write 1',
  'before journal write 2',
  'after journal write 2',
];

const crashAt = async (directory: string, step: string): Promise<void> => {
  const child = spawn(process.execPath, ['--conditions=holdfast-source', '--import', 'tsx', script, directory, step], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const reached: Buffer[] = [];
  child.stdout.on('data', (bytes: Buffer) => reached.push(bytes));
  const [, signal] = (await once(child, 'close')) as [number | null, string | null];
  expect(signal, step).to.equal('SIGKILL');
  const lines = Buffer.concat(reached).toString().trim().split('\n');
  expect(lines).to.deep.equal(steps.slice(0, steps.indexOf(step) + 1));
};

describe('a process that is killed while it stores and signs', function () {
  this.timeout(30_000);
  const [deal, sector] = [dealNamed('Alice'), sectorNamed('precious', 1000)];

  steps.forEach((step, index) => {
    it(`finds everything as it was promised, killed at "${step}"`, () =>
      withDirectory(async (directory) => {
        await createSectorFiles(join(directory, 'sectors'), testIdentity);
        await createJournalFiles(join(directory, 'journal'), testIdentity);
        await crashAt(directory, step);

        const sectors = await openSectorFiles({ path: join(directory, 'sectors'), identity: testIdentity });
        const journal = await openJournalFiles(join(directory, 'journal'), testIdentity);
        const stored = index >= steps.indexOf('sector renamed');
        expect(await sectors.has(sector.root)).to.equal(stored);
        expect(sectors.bytesUsed).to.equal(stored ? 32_000 : 0);
        expect(await readdir(join(directory, 'sectors', 'incoming'))).to.deep.equal([]);
        if (stored) expect(Buffer.from(await sectors.read(sector.root))).to.deep.equal(Buffer.from(contentOf(sector)));

        const pending = index >= steps.indexOf('after journal write 1');
        const signed = index >= steps.indexOf('after journal write 2');
        expect((await collect(journal.pending())).length).to.equal(pending && !signed ? 1 : 0);
        expect((await journal.deal(deal))?.revisions ?? []).to.deep.equal(signed ? [signedRevision(deal, 1n, [sector])] : []);
        expect(await journal.leavesHeld()).to.equal(pending ? 1000 : 0);
        await sectors.close();
        await journal.close();
      }));
  });
});
