import { expect } from 'chai';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { jsonText } from '../../node/app/json-text.js';
import { readListing } from '../../node/app/provider-check.js';
import { leaves } from '../../node/core/units.js';
import { checkDeals } from '../../node/provider/keep/check-deals.js';
import { isOwnListing, recoverRevision } from '../../node/provider/keep/recover-revision.js';
import { createProvider } from '../../node/provider/provider.js';
import { listingOf, revisionToList } from '../../node/renter/deals/listing.js';
import { createMemoryJournal } from '../../node/storage/journal.js';
import { dealNamed, sectorNamed, signedRevision } from '../storage/sample-sectors.js';
import { throwsCoded } from '../support/coded-errors.js';
import { withDirectory } from '../support/temporary-directory.js';
import { actor } from '../support/worlds/actors.js';
import { liveTo } from '../support/worlds/provider-world.js';
import { stored } from './stored-letters.js';

const { signal } = new AbortController();

describe('What Alice knows of a deal', () => {
  const id = dealNamed('Bob');
  const provider = actor('bob').address;
  const { sectors: _, ...current } = signedRevision(id, 2n, [sectorNamed('a')]);
  const next = signedRevision(id, 3n, [sectorNamed('a'), sectorNamed('b')]);
  const proposed = { revision: next.revision, renterSignature: next.renterSignature, base: 2n };
  const chainAt = ({ revision }: { readonly revision: typeof current.revision }) => ({ id, number: revision.number, root: revision.root });

  it('is the newest revision that both signed, whether the chain has it already or not', () => {
    for (const chain of [chainAt(current), { ...chainAt(current), number: 1n }])
      expect(revisionToList({ id, provider, current, proposed }, chain)).to.deep.equal(current);
  });

  it('is what she proposed, once the chain has it: then it was signed, though the signature never came', () => {
    const signed = revisionToList({ id, provider, current, proposed }, chainAt(next));
    expect([signed.revision, signed.renterSignature]).to.deep.equal([next.revision, next.renterSignature]);
    const other = { ...chainAt(next), root: current.revision.root };
    throwsCoded(() => revisionToList({ id, provider, current, proposed }, other), 'CATALOGUE_BEHIND');
  });

  it('is too little where the chain is ahead of her, and nothing where nothing was signed', () => {
    throwsCoded(() => revisionToList({ id, provider, current }, { ...chainAt(next) }), 'CATALOGUE_BEHIND');
    throwsCoded(() => revisionToList({ id, provider, proposed }, { ...chainAt(current), number: 0n }), 'LISTING_EMPTY');
  });

  it('brings back what Bob’s journal lost: he proves again, and signs', async () => {
    const world = await stored();
    await world.liveTo(world.ledger.period + 1, 25);
    const bob = world.providers.get('bob')!;
    const { deal } = (await world.renter.deals()).find((entry) => world.nameOf(entry.deal.provider) === 'bob')!;
    const lost = await createMemoryJournal(world.ledger.identity);
    const sources = { provider: bob.address, settlement: bob.ownerChain.agreed, journal: lost, store: bob.store };
    const before = await checkDeals(sources, signal);
    expect(before.deals.map(({ problems }) => problems)).to.deep.equal([['revision-lost']]);

    const listing = await withDirectory(async (directory) => {
      const file = join(directory, 'listing.json');
      await writeFile(file, jsonText(await listingOf(world.catalogue, (await world.catalogue.deal(deal.id))!, deal)));
      return readListing(file);
    });
    expect(isOwnListing(listing, deal, bob.operator.address, world.ledger.identity)).to.equal(true);
    expect(await recoverRevision(sources, before.deals[0]!, before, listing)).to.equal('listing');
    expect((await checkDeals(sources, signal)).deals[0]?.problems).to.deep.equal([]);

    const { address, operator, store, clock, log, metrics } = bob;
    const settlement = world.ledger.as(operator.address);
    const policy = { capacity: leaves(1 << 20), confirmations: 6 };
    const again = createProvider({ provider: address, settlement, store, journal: lost, signer: operator, clock, log, metrics, policy });
    const period = world.ledger.period + 2;
    await liveTo(world.ledger, again, period, 20);
    expect((await bob.ownerChain.provider(address))?.lastProven).to.equal(period);
  });
});
