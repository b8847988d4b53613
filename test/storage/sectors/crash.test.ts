import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { createJournalFiles, openJournalFiles } from '../../../node/storage/journal.js';
import { createSectorFiles, openSectorFiles } from '../../../node/storage/sector-files.js';
import { collect } from '../../support/collect.js';
import { testIdentity } from '../../support/memory-market/market-identity.js';
import { withDirectory } from '../../support/temporary-directory.js';
import { wholeDeal } from '../../support/whole-lists.js';
import { tendAll } from '../tend-all.js';
import { contentOf, dealNamed, sectorNamed, signedRevision } from '../sample-sectors.js';

const script = fileURLToPath(new URL('crashing-process.ts', import.meta.url));
/** The steps of a sector with a file of its own, and of a small one, and those from which on each is there. */
const ways = [
  { leaves: 3000, stored: 'sector renamed', of: ['sector written', 'sector synced', 'sector renamed', 'sector durable', 'sector indexed'] },
  { leaves: 1000, stored: 'sector packed', of: ['sector packed', 'sector pack-synced', 'sector indexed'] },
] as const;
const journalSteps = ['before journal write 1', 'after journal write 1', 'before journal write 2', 'after journal write 2'];

const crashAt = async (directory: string, leaves: number, steps: readonly string[], step: string): Promise<void> => {
  const child = spawn(process.execPath, ['--conditions=holdfast-source', '--import', 'tsx', script, directory, step, `${leaves}`], {
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
  const deal = dealNamed('Alice');

  for (const { leaves, stored: there, of } of ways) {
    const sector = sectorNamed('precious', leaves);
    const steps: readonly string[] = [...of, ...journalSteps];
    for (const [index, step] of steps.entries())
      it(`finds everything as it was promised, a sector of ${leaves} leaves too, killed at "${step}"`, () =>
        withDirectory(async (directory) => {
          await createSectorFiles(join(directory, 'sectors'), testIdentity);
          await createJournalFiles(join(directory, 'journal'), testIdentity);
          await crashAt(directory, leaves, steps, step);

          const sectors = await openSectorFiles({ path: join(directory, 'sectors'), identity: testIdentity });
          const journal = await openJournalFiles(join(directory, 'journal'), testIdentity);
          const stored = index >= steps.indexOf(there);
          expect(await tendAll(sectors)).to.deep.equal([]);
          expect(await sectors.has(sector.root)).to.equal(stored);
          expect(sectors.bytesUsed).to.equal(stored ? leaves * 32 : 0);
          expect(await readdir(join(directory, 'sectors', 'incoming'))).to.deep.equal([]);
          if (stored) expect(Buffer.from(await sectors.read(sector.root))).to.deep.equal(Buffer.from(contentOf(sector)));

          const pending = index >= steps.indexOf('after journal write 1');
          const signed = index >= steps.indexOf('after journal write 2');
          expect((await collect(journal.pending())).length).to.equal(pending && !signed ? 1 : 0);
          expect((await wholeDeal(journal, deal))?.revisions ?? []).to.deep.equal(signed ? [signedRevision(deal, 1n, [sector])] : []);
          expect(await journal.leavesHeld()).to.equal(pending ? leaves : 0);
          await sectors.close();
          await journal.close();
        }));
  }
});
