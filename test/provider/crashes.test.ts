import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { sectorRoot } from '../../node/core/data/merkle.js';
import { createJournalFiles, openJournalFiles } from '../../node/storage/journal.js';
import { createSectorFiles, openSectorFiles } from '../../node/storage/sector-files.js';
import { collect } from '../support/collect.js';
import { createMemoryLedger } from '../support/memory-market/settlement.js';
import { createProviderWorld, liveTo } from '../support/worlds/provider-world.js';
import { withDirectory } from '../support/temporary-directory.js';
import { TestRenter } from '../support/worlds/test-renter.js';
import { precious } from './precious.js';
import { sectorsOf } from '../support/whole-lists.js';

const script = fileURLToPath(new URL('crashing-provider.ts', import.meta.url));
const steps = [
  'received',
  'stored',
  'pending recorded',
  'signature made',
  'revision recorded',
  'signature sent',
  'commit sent',
  'commit mined',
  'answer sent',
  'answer mined',
] as const;

/** Lets a provider crash at `step`. Returns the signature that its renter got before, if any. */
const crashAt = async (directory: string, step: (typeof steps)[number]): Promise<string | undefined> => {
  const child = spawn(process.execPath, ['--conditions=holdfast-source', '--import', 'tsx', script, directory, step], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const printed: Buffer[] = [];
  child.stdout.on('data', (bytes: Buffer) => printed.push(bytes));
  const [, signal] = (await once(child, 'close')) as [number | null, string | null];
  expect(signal, step).to.equal('SIGKILL');
  const lines = Buffer.concat(printed).toString().trim().split('\n');
  expect(lines.filter((line) => !line.startsWith('signature 0x'))).to.deep.equal(steps.slice(0, steps.indexOf(step) + 1));
  return lines.find((line) => line.startsWith('signature 0x'))?.slice('signature '.length);
};

describe('a provider that is killed between receiving, storing, signing, posting and answering', function () {
  this.timeout(60_000);

  for (const [index, step] of steps.entries()) {
    it(`owes nothing it has not and loses nothing it signed, killed at "${step}"`, () =>
      withDirectory(async (directory) => {
        const ledger = createMemoryLedger();
        const { identity } = ledger;
        await createSectorFiles(join(directory, 'sectors'), identity);
        await createJournalFiles(join(directory, 'journal'), identity);
        const sent = await crashAt(directory, step);
        expect(sent !== undefined).to.equal(index >= steps.indexOf('signature sent'));

        const store = await openSectorFiles({ path: join(directory, 'sectors'), identity });
        const journal = await openJournalFiles(join(directory, 'journal'), identity);
        const signed = (await collect(journal.deals())).flatMap(({ revisions }) => revisions);
        expect(signed.length).to.equal(index >= steps.indexOf('revision recorded') ? 1 : 0);
        for (const { revision } of signed)
          for (const { root } of await sectorsOf(journal, revision.deal, revision.number))
            expect(sectorRoot(await store.read(root))).to.equal(root);
        if (sent !== undefined) expect(signed[0]?.providerSignature).to.equal(sent);

        // The same chain once more, up to the deal: the renter asks again for what it has no answer to.
        const world = await createProviderWorld({ ledger, store, journal });
        const alice = await TestRenter.open({ ledger, provider: world.address });
        await alice.upload(world.provider.service, precious);
        const signature = await alice.sign(world.provider.service, await alice.request({ remove: [], append: [precious.sector] }));
        if (signed[0] !== undefined) expect(signature).to.equal(signed[0].providerSignature);
        await liveTo(ledger, world.provider, 1, 10);
        await alice.chain.submit({ kind: 'challenge', deal: alice.deal });
        await liveTo(ledger, world.restart(), 2, 10);
        const answers = (await alice.chain.events(0 as never, ledger.block)).filter(({ name }) => name === 'ChallengeAnswered');
        expect(answers.map(({ args }) => args['deal'])).to.deep.equal([alice.deal]);
        expect(await world.ownerChain.deal(alice.deal)).to.deep.include({ number: 1n, leaves: 1000 });
        expect((await world.ownerChain.provider(world.address))?.lastProven).to.equal(2);
        expect(await journal.leavesHeld()).to.equal(1000);
        expect(store.bytesUsed).to.equal(32_000);
        expect(world.log.events('alarm')).to.deep.equal([]);
        await store.close();
        await journal.close();
      }));
  }
});
