import { expect } from 'chai';
import { wei } from '../../node/core/units.js';
import type { RenterEvent } from '../../node/renter/events.js';
import type { PutOptions } from '../../node/renter/upload/put.js';
import { rejectsCoded } from '../support/coded-errors.js';
import { bytesOf } from '../support/worlds/actors.js';
import { TOKEN } from '../support/worlds/provider-world.js';
import { createRenterWorld, sourceOf, type RenterWorld } from '../support/worlds/renter-world.js';

const names = ['bob', 'carol', 'dave'];
const put: PutOptions = { name: 'letters', source: sourceOf(bytesOf('letters', 5_000)), k: 1, n: 2, periods: 20 };

/** Bob and Carol are the cheapest. */
const createWorld = (): Promise<RenterWorld> =>
  createRenterWorld({ names, provider: (name) => ({ ask: { price: wei(name === 'dave' ? 3n * TOKEN : TOKEN) } }) });
const raise = async (world: RenterWorld, name: string, price: bigint, egressPrice = 0n): Promise<void> => {
  const { ownerChain, address: provider } = world.providers.get(name)!;
  const { ask } = (await ownerChain.provider(provider))!;
  await ownerChain.submit({ kind: 'setAsk', provider, ask: { ...ask, price: wei(price), egressPrice: wei(egressPrice) } });
};

describe('Alice, to whom Bob raises his price between quote and deal,', () => {
  it('is quoted again, hears who it was, agrees anew, and pays what she agreed to', async () => {
    const world = await createWorld();
    const heard: RenterEvent[] = [];
    const quotes: bigint[] = [];
    const confirm: PutOptions['confirm'] = async ({ escrow, parts }) => {
      quotes.push(...parts.flatMap(({ provider, price }) => (provider === world.addressOf('bob') ? [price] : [])));
      if (quotes.length === 1) await raise(world, 'bob', 2n * TOKEN);
      return escrow > 0n;
    };
    const before = (await world.chain.balances(world.chain.account)).token;
    const { quote } = await world.during(world.renter.put({ ...put, confirm, report: (event) => heard.push(event) }));
    const rose = heard.filter(({ kind }) => kind === 'rose');
    expect(rose).to.deep.equal([{ kind: 'rose', provider: world.addressOf('bob'), quoted: TOKEN, asked: 2n * TOKEN }]);
    expect(quotes).to.deep.equal([TOKEN, 2n * TOKEN]);
    expect(before - (await world.chain.balances(world.chain.account)).token).to.equal(quote!.escrow);
    expect(await world.catalogue.openings()).to.deep.equal([]);
  });

  it('agrees anew as well where it is reading alone that costs more', async () => {
    const world = await createWorld();
    const escrows: bigint[] = [];
    const confirm: PutOptions['confirm'] = async ({ escrow }) => {
      if (escrows.push(escrow) === 1) await raise(world, 'bob', TOKEN, TOKEN);
      return true;
    };
    const before = (await world.chain.balances(world.chain.account)).token;
    await world.during(world.renter.put({ ...put, room: 1 << 20, confirm }));
    expect(escrows).to.have.length(2);
    expect(before - (await world.chain.balances(world.chain.account)).token).to.equal(escrows[1]);
  });

  it('takes another where he asks more than she allows', async () => {
    const world = await createWorld();
    let quotes = 0;
    const confirm: PutOptions['confirm'] = async () => {
      if (++quotes === 1) await raise(world, 'bob', 900n * TOKEN);
      return true;
    };
    await world.during(world.renter.put({ ...put, maxPrice: wei(600_000n * TOKEN), confirm }));
    const deals = await world.renter.deals();
    expect(deals.map(({ deal }) => world.nameOf(deal.provider)).toSorted()).to.deep.equal(['carol', 'dave']);
  });

  it('is told who it was in the end, where he never stops', async () => {
    const world = await createWorld();
    await raise(world, 'dave', 1_000n * TOKEN);
    let price = TOKEN;
    const confirm: PutOptions['confirm'] = async () => {
      price += TOKEN;
      await raise(world, 'bob', price);
      return true;
    };
    const error = await rejectsCoded(world.during(world.renter.put({ ...put, confirm })), 'ASK_ROSE');
    expect(error.data).to.deep.equal({ provider: world.addressOf('bob'), quoted: 3n * TOKEN, asked: 4n * TOKEN });
    expect(await world.catalogue.openings()).to.deep.equal([]);
  });
});
