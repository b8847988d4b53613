import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { dealId, LEAF_BYTES, type Wei } from '../../node/core/units.js';
import { createCatalogueFiles, openCatalogueFiles } from '../../node/storage/catalogue.js';
import { createJournalFiles, openJournalFiles } from '../../node/storage/journal.js';
import { collect } from '../support/collect.js';
import { rejectsCoded } from '../support/coded-errors.js';
import { createMemoryLedger } from '../support/memory-market/settlement.js';
import { createProviderWorld, liveTo } from '../support/worlds/provider-world.js';
import { withDirectory } from '../support/temporary-directory.js';
import { TestRenter } from '../support/worlds/test-renter.js';
import { precious } from './precious.js';

/** Runs a script that kills itself; what it printed. */
const killed = async (script: string, ...args: readonly string[]): Promise<readonly string[]> => {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const child = spawn(process.execPath, ['--conditions=holdfast-source', '--import', 'tsx', path, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const printed: Buffer[] = [];
  child.stdout.on('data', (bytes: Buffer) => printed.push(bytes));
  const [, signal] = (await once(child, 'close')) as [number | null, string | null];
  expect(signal).to.equal('SIGKILL');
  return Buffer.concat(printed).toString().trim().split('\n');
};

describe('paid reads, killed with kill -9', function () {
  this.timeout(60_000);

  for (const [step, recorded] of [
    ['voucher taken', false],
    ['voucher recorded', true],
    ['bytes served', true],
  ] as const)
    it(`leave the provider its voucher before a byte is served, and charge nothing twice, killed at "${step}"`, () =>
      withDirectory(async (directory) => {
        const ledger = createMemoryLedger();
        await createJournalFiles(join(directory, 'journal'), ledger.identity);
        const steps = await killed('crashing-till.ts', directory, step);
        expect(steps.at(-1)).to.equal(step);
        expect(steps.includes('bytes served') && !recorded).to.equal(false);

        const journal = await openJournalFiles(join(directory, 'journal'), ledger.identity);
        const kept = await collect(journal.egresses());
        expect(kept.map(({ served, voucher }) => [served, voucher?.amount])).to.deep.equal(recorded ? [[2 * LEAF_BYTES, 64n]] : []);
        const world = await createProviderWorld({
          ledger,
          journal,
          ask: { egressPrice: (2n ** 30n) as Wei },
          policy: { egressCredit: 0 },
        });
        const alice = await TestRenter.open({ ledger, provider: world.address });
        const { service } = world.provider;
        await alice.upload(service, precious);
        // The journal knows the revision that this chain has yet to see.
        await liveTo(ledger, world.provider, 1, 8);
        await (recorded
          ? rejectsCoded(alice.read(service, precious.sector, 2, await alice.voucher(64n)), 'EGRESS_UNPAID')
          : alice.read(service, precious.sector, 2, await alice.voucher(64n)));
        await alice.read(service, precious.sector, 1, await alice.voucher(96n));
        await journal.close();
      }));

  it('leave the reader a record of every voucher that left', () =>
    withDirectory(async (directory) => {
      const { identity } = createMemoryLedger();
      await createCatalogueFiles(join(directory, 'catalogue'), identity);
      const [sent = ''] = await killed('../renter/crashing-reader.ts', directory);
      const [deal = '', amount = ''] = sent.split(' ');
      expect(BigInt(amount) > 0n).to.equal(true);
      const catalogue = await openCatalogueFiles(join(directory, 'catalogue'), identity);
      expect(await catalogue.promised(dealId(deal))).to.equal(BigInt(amount));
      await catalogue.close();
    }));
});
