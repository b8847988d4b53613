import { expect } from 'chai';
import { HoldfastError } from '../../node/core/errors/holdfast-error.js';
import { wei, type DealId } from '../../node/core/units.js';
import type { Settlement } from '../../node/ports/settlement.js';
import { createMemoryCatalogue } from '../../node/storage/catalogue.js';
import { collect } from '../support/collect.js';
import { createRenterWorld, sourceOf } from '../support/worlds/renter-world.js';
import { letters } from './stored-letters.js';

/** What a wallet may be told of a transaction that is mined all the same. */
const told = [
  new HoldfastError('TRANSACTION_REFUSED', { action: 'open', reason: 'request timed out' }),
  new HoldfastError('RPC_DISAGREES', { what: 'x', block: 1, one: 'a', oneSays: 'b', other: 'c', otherSays: 'd' }),
  new HoldfastError('ABORTED', { what: 'waiting for "open"' }),
];

describe('Alice puts a file, and the opening of its deals', () => {
  for (const error of told)
    it(`is told to have failed with ${error.code} and is mined later: put again takes those deals, and pays once`, async () => {
      const world = await createRenterWorld({ names: ['bob', 'carol', 'dave', 'erin', 'frank', 'grace'] });
      const catalogue = createMemoryCatalogue(world.ledger.identity);
      let late: (() => Promise<unknown>) | undefined;
      const settlement: Settlement = {
        ...world.chain,
        get agreed() {
          return world.chain.agreed;
        },
        submit: async (action, options) => {
          if (action.kind !== 'open' || late !== undefined) return world.chain.submit(action, options);
          late = async () => world.chain.submit(action, {});
          throw error;
        },
      };
      const renter = world.another({ catalogue, settlement });
      const put = { name: 'letters', source: sourceOf(letters), k: 2, n: 4, periods: 30 };
      expect(await world.during(renter.put(put)).catch((reason: unknown) => reason)).to.have.property('code', error.code);
      expect(await catalogue.openings()).to.have.length(4);
      await world.during(late?.() ?? Promise.reject(new Error('nothing was sent')));
      await world.during(renter.put(put));
      expect(await world.chain.dealIdsOf('renter', world.chain.account)).to.have.length(4);
      expect(await collect(catalogue.deals())).to.have.length(4);
      expect(await catalogue.openings()).to.deep.equal([]);
    });

  it('is mined, and the chain is read as if it were not: she is told so, and put again takes those deals and pays once', async () => {
    const world = await createRenterWorld({ names: ['bob', 'carol', 'dave', 'erin', 'frank', 'grace'] });
    const catalogue = createMemoryCatalogue(world.ledger.identity);
    let behind = false;
    const settlement: Settlement = {
      ...world.chain,
      get agreed() {
        const { agreed } = world.chain;
        return behind ? { ...agreed, deals: async (ids: readonly DealId[]) => ids.map(() => undefined) } : agreed;
      },
      submit: async (action, options) => {
        const receipt = await world.chain.submit(action, options);
        behind = action.kind === 'open';
        return receipt;
      },
    };
    const renter = world.another({ catalogue, settlement });
    const put = { name: 'letters', source: sourceOf(letters), k: 2, n: 4, periods: 30 };
    expect(await world.during(renter.put(put)).catch((reason: unknown) => reason)).to.have.property('code', 'DEAL_NOT_OPENED');
    behind = false;
    await world.during(renter.put(put));
    expect(await world.chain.dealIdsOf('renter', world.chain.account)).to.have.length(4);
    expect(await collect(catalogue.deals())).to.have.length(4);
    expect(await catalogue.openings()).to.deep.equal([]);
  });

  it('is refused by the contract: nothing of it is left', async () => {
    const world = await createRenterWorld({ names: ['bob', 'carol', 'dave', 'erin'] });
    const catalogue = createMemoryCatalogue(world.ledger.identity);
    const settlement: Settlement = {
      ...world.chain,
      get agreed() {
        return world.chain.agreed;
      },
      submit: async (action, options) => {
        if (action.kind === 'open') throw new HoldfastError('DEAL_EXISTS', { deal: '0x00' });
        return world.chain.submit(action, options);
      },
    };
    const renter = world.another({ catalogue, settlement });
    const put = renter.put({ name: 'letters', source: sourceOf(letters), k: 2, n: 4, periods: 30 });
    expect(await world.during(put).catch((reason: unknown) => reason)).to.have.property('code', 'DEAL_EXISTS');
    expect(await catalogue.openings()).to.deep.equal([]);
  });

  it('a deposit for reads that ended between its two transactions is finished, not paid twice', async () => {
    const world = await createRenterWorld({ names: ['bob', 'carol', 'dave', 'erin'] });
    await world.during(world.renter.put({ name: 'letters', source: sourceOf(letters), k: 2, n: 4, periods: 30 }));
    const [deal] = await world.chain.dealIdsOf('renter', world.chain.account);
    if (deal === undefined) throw new Error('no deal');
    let dies = true;
    const settlement: Settlement = {
      ...world.chain,
      get agreed() {
        return world.chain.agreed;
      },
      submit: async (action, options) => {
        if (action.kind === 'setBounds' && dies) throw new Error('the process is gone');
        return world.chain.submit(action, options);
      },
    };
    const renter = world.another({ catalogue: world.catalogue, settlement });
    const tokens = async (): Promise<bigint> => (await world.chain.balances(world.chain.account)).token;
    const before = await tokens();
    const egress = (await world.chain.deal(deal))?.maxEgress ?? wei(0n);
    const deposit = async (): Promise<unknown> => world.during(renter.deposit(deal, wei(7n), { forReads: true }));
    expect(await deposit().catch((error: unknown) => (error as Error).message)).to.equal('the process is gone');
    dies = false;
    await deposit();
    expect([before - (await tokens()), (await world.chain.deal(deal))?.maxEgress]).to.deep.equal([7n, egress + 7n]);
    await deposit();
    expect([before - (await tokens()), (await world.chain.deal(deal))?.maxEgress]).to.deep.equal([14n, egress + 14n]);
  });
});
