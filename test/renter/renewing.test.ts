import { expect } from 'chai';
import { HoldfastError } from '../../node/core/errors/holdfast-error.js';
import { address, dealId, wei } from '../../node/core/units.js';
import type { Settlement } from '../../node/ports/settlement.js';
import { rejectsCoded } from '../support/coded-errors.js';
import { collect } from '../support/collect.js';
import { TOKEN } from '../support/worlds/provider-world.js';
import {
  createRecordedSink,
  createRenterWorld,
  sourceOf,
  type RenterWorld,
  type RenterWorldOptions,
} from '../support/worlds/renter-world.js';
import { letters } from './stored-letters.js';

const names = ['bob', 'carol', 'dave', 'erin'];
const PERIODS = 8;
/** Dear, so that the rent of a few letters is more than the least escrow. */
const price = wei(20_000n * TOKEN);
const terms = { ahead: 3, periods: PERIODS };

/** Alice has stored her letters at all four, for eight periods: any two bring them back. */
const stored = async (options: Partial<RenterWorldOptions> = {}): Promise<RenterWorld> => {
  const world = await createRenterWorld({ names, provider: () => ({ ask: { price } }), ...options });
  await world.during(world.renter.put({ name: 'letters', source: sourceOf(letters), k: 2, n: 4, room: 0, periods: PERIODS }));
  return world;
};
const ends = async (world: RenterWorld): Promise<number[]> => (await world.renter.deals()).map(({ deal }) => deal.end);
const endOf = async (world: RenterWorld): Promise<number> => Math.max(...(await ends(world)));
const expectWhole = async (world: RenterWorld): Promise<void> => {
  const sink = createRecordedSink();
  await world.during(world.renter.get({ object: 'letters', sink }));
  expect(Buffer.compare(sink.bytes, letters)).to.equal(0);
};
const escrows = async (world: RenterWorld): Promise<bigint> =>
  (await world.renter.deals()).reduce((sum, { deal }) => sum + deal.escrow, 0n);

describe('Alice, whose deals run out,', () => {
  it('renews none before their time', async () => {
    const world = await stored();
    const before = await ends(world);
    const result = await world.during(world.renter.renew(terms));
    expect(result).to.deep.include({ performed: true, renewed: [], unrenewed: [], failed: [] });
    expect(await ends(world)).to.deep.equal(before);
  });

  it('renews them three times over, and has her file long after the first would have ended', async () => {
    const world = await stored();
    const first = await endOf(world);
    for (let time = 1; time <= 3; time++) {
      await world.liveTo((await endOf(world)) - 3, 25);
      const { renewed, unrenewed, failed } = await world.during(world.renter.renew(terms));
      expect([renewed.length, unrenewed.length, failed.length], `time ${time}`).to.deep.equal([4, 0, 0]);
      expect(new Set(await ends(world))).to.deep.equal(new Set(renewed.map(({ end }) => end)));
      expect((await world.during(world.renter.renew(terms))).renewed, 'again').to.deep.equal([]);
    }
    expect(await endOf(world)).to.be.greaterThan(first + 12);
    await world.liveTo(first + 5, 25);
    await expectWhole(world);
    expect(world.log.events('alarm')).to.deep.equal([]);
  });

  it('says in a dry run what she would pay, and pays nothing', async () => {
    const world = await stored();
    await world.liveTo((await endOf(world)) - 2, 25);
    const [sent, before] = [[...world.sent], await ends(world)];
    const dry = await world.during(world.renter.renew({ ...terms, dryRun: true }));
    expect([dry.performed, dry.renewed.length]).to.deep.equal([false, 4]);
    expect([world.sent, await ends(world)]).to.deep.equal([sent, before]);
    const { renewed } = await world.during(world.renter.renew(terms));
    expect(renewed.map(({ deposit }) => deposit)).to.deep.equal(dry.renewed.map(({ deposit }) => deposit));
  });

  it('renews what she names whenever it ends, and nothing else', async () => {
    const world = await stored();
    const [one] = await world.renter.deals();
    const before = await ends(world);
    await world.during(world.renter.renew({ ...terms, periods: 20, only: [one!.deal.id] }));
    const after = await ends(world);
    expect(after.filter((end) => !before.includes(end))).to.have.length(1);
  });

  it('keeps to a budget, in one run and in those of thirty days together', async () => {
    const world = await stored();
    await world.liveTo((await endOf(world)) - 2, 25);
    const [one] = (await world.renter.renew({ ...terms, dryRun: true })).renewed;
    const budget = wei(2n * one!.deposit);
    const { renewed, unrenewed } = await world.during(world.renter.renew({ ...terms, budget }));
    expect(renewed).to.have.length(2);
    expect(unrenewed.map(({ reason }) => reason)).to.deep.equal(['over-budget', 'over-budget']);
    expect((await world.during(world.renter.renew({ ...terms, budget }))).renewed).to.deep.equal([]);
    for (const payment of await collect(world.catalogue.payments()))
      await world.catalogue.putPayment({ ...payment, at: payment.at - 31 * 86_400_000 });
    const later = await world.during(world.renter.renew({ ...terms, budget }));
    expect(later.renewed).to.have.length(2);
    expect(await collect(world.catalogue.payments())).to.have.length(2);
  });

  it('keeps to a budget also where its own clock is ahead by months in one run, and right in the next', async () => {
    let now = 1_800_000_000_000;
    const world = await stored({ now: () => now });
    await world.liveTo((await endOf(world)) - 2, 25);
    const [one] = (await world.renter.renew({ ...terms, dryRun: true })).renewed;
    const budget = wei(2n * one!.deposit);
    const renewed: number[] = [];
    for (const days of [0, 90, 0, -90, 0]) {
      now = 1_800_000_000_000 + days * 86_400_000;
      renewed.push((await world.during(world.renter.renew({ ...terms, budget }))).renewed.length);
    }
    expect(renewed).to.deep.equal([2, 0, 0, 0, 0]);
  });

  it('pays once, though the run ends between the deposit and the signature', async () => {
    const world = await stored();
    await world.liveTo((await endOf(world)) - 2, 25);
    const planned = (await world.renter.renew({ ...terms, dryRun: true })).renewed.reduce((sum, { deposit }) => sum + deposit, 0n);
    const before = await escrows(world);
    for (const name of names) world.bend(name, () => ({ signRevision: () => Promise.reject(new Error('the power is gone')) }));
    const { failed } = await world.during(world.renter.renew(terms));
    expect(failed).to.have.length(4);
    for (const name of names) world.bend(name);
    expect((await world.during(world.renter.renew(terms))).renewed).to.have.length(4);
    // Rent that was moved meanwhile has left the escrow.
    expect((await escrows(world)) <= before + planned).to.equal(true);
    expect(world.sent.filter((kind) => kind === 'deposit')).to.have.length(4);
  });

  it('finishes a deposit that nobody was told the end of before it looks at what is missing, and pays no second one for it', async () => {
    const world = await stored();
    await world.liveTo((await endOf(world)) - 3, 25);
    // The process dies with its deposits handed over, and it takes them a period to be mined.
    const stuck: (() => Promise<unknown>)[] = [];
    let dying = true;
    const slow: Settlement = Object.assign(Object.create(world.chain) as Settlement, {
      submit: async (...[action, options]: Parameters<Settlement['submit']>) => {
        if (action.kind !== 'deposit') return world.chain.submit(action, options);
        if (!dying) for (const send of stuck.splice(0)) await send();
        else stuck.push(() => world.chain.submit(action, options));
        return dying ? Promise.reject(new Error('the process is gone')) : world.chain.submit(action, options);
      },
    });
    const alice = world.another({ settlement: slow });
    const { failed } = await world.during(alice.renew(terms));
    expect([failed.length, stuck.length]).to.deep.equal([4, 4]);
    const planned = failed.map(({ deposit }) => deposit).toSorted();
    expect(await collect(world.catalogue.payments())).to.have.length(4);
    await world.liveTo(world.ledger.period + 1, 25);
    dying = false;
    const { renewed } = await world.during(alice.renew(terms));
    expect(renewed).to.have.length(4);
    const { rate } = renewed[0]!.deal;
    for (const { deposit } of renewed) expect(deposit <= rate, 'one period more is all that is missing').to.equal(true);
    const payments = await collect(world.catalogue.payments());
    expect(payments.map(({ open }) => open)).to.not.include(true);
    expect(payments.map(({ amount }) => amount)).to.include.members(planned);
  });

  it('forgets a deposit that the contract refuses, and counts it no more', async () => {
    const world = await stored();
    const { id, end } = (await world.renter.deals())[0]!.deal;
    await world.catalogue.putPayment({
      deal: dealId(`0x${'7'.repeat(64)}`),
      from: end,
      amount: wei(1n),
      at: 0,
      account: world.chain.account,
      open: true,
    });
    await world.during(world.renter.renew(terms));
    expect(await collect(world.catalogue.payments())).to.deep.equal([]);
    await world.catalogue.putPayment({ deal: id, from: end, amount: wei(1n), at: 0, account: world.chain.account, open: false });
    await world.during(world.renter.renew(terms));
    expect(await collect(world.catalogue.payments()), 'of more than thirty days ago').to.deep.equal([]);
  });

  it('leaves a deal alone that another key began to pay for, which counts on, and which that key finishes', async () => {
    const world = await stored();
    await world.liveTo((await endOf(world)) - 2, 25);
    const { id, end } = (await world.renter.deals())[0]!.deal;
    const other = address(`0x${'5'.repeat(40)}`);
    const begun = { deal: id, from: end, amount: wei(7n), at: Date.now(), account: other, open: true };
    await world.catalogue.putPayment(begun);
    const { renewed, unrenewed } = await world.during(world.renter.renew(terms));
    expect(renewed.map(({ deal }) => deal.id))
      .to.have.length(3)
      .and.not.include(id);
    expect(unrenewed.map(({ deal, reason }) => [deal.id, reason])).to.deep.equal([[id, 'paid-elsewhere']]);
    expect(await collect(world.catalogue.payments())).to.deep.include(begun);
    await world.catalogue.putPayment({ ...begun, open: false });
    expect((await world.during(world.renter.renew(terms))).renewed.map(({ deal }) => deal.id)).to.deep.equal([id]);
  });

  it('says before anything is paid that her wallet has too little', async () => {
    const world = await stored();
    await world.liveTo((await endOf(world)) - 2, 25);
    const { account } = world.chain;
    const poor: Settlement = Object.assign(Object.create(world.chain) as Settlement, {
      agreed: Object.assign(Object.create(world.chain.agreed) as Settlement, {
        balances: async () => ({ ...(await world.chain.balances(account)), token: wei(1n) }),
      }),
    });
    const { unrenewed } = await world.during(world.another({ settlement: poor }).renew(terms));
    expect(unrenewed.map(({ reason }) => reason)).to.deep.equal(['over-budget', 'over-budget', 'over-budget', 'over-budget']);
    await rejectsCoded(
      world.during(world.another({ settlement: poor }).renew({ ...terms, budget: wei(100n * TOKEN) })),
      'BALANCE_TOO_SMALL',
    );
    expect(world.sent).to.deep.equal(['open']);
  });

  it('moves what ends to other deals where nobody renews it, also if that is all of it', async () => {
    const world = await stored();
    await world.liveTo((await endOf(world)) - 2, 25);
    for (const name of names) {
      const { ownerChain, address } = world.providers.get(name)!;
      const { ask } = (await ownerChain.provider(address))!;
      await ownerChain.submit({ kind: 'setAsk', provider: address, ask: { ...ask, price: wei(price + 1n) } });
    }
    const { unrenewed } = await world.during(world.renter.renew(terms));
    expect(unrenewed.map(({ reason }) => reason)).to.deep.equal(['dearer', 'dearer', 'dearer', 'dearer']);
    const { outcomes } = await world.during(world.renter.repair({ periods: PERIODS, margin: 3 }));
    expect(outcomes.map(({ kind, moved }) => [kind, moved.size])).to.deep.equal([['move', 4]]);
    await world.liveTo((await endOf(world)) - 3, 25);
    await expectWhole(world);
  });
});

/** A chain for a provider that carries out no batch with such an item. */
const without =
  (kind: 'close' | 'commit') =>
  (settlement: Settlement): Settlement =>
    Object.assign(Object.create(settlement) as Settlement, {
      submit: (...[action, options]: Parameters<Settlement['submit']>) =>
        action.kind === 'batch' && action.items.some((item) => item.kind === kind)
          ? Promise.reject(new HoldfastError('RPC_UNREACHABLE', { url: 'memory', reason: 'it does not want to' }))
          : settlement.submit(action, options),
    });

describe('Alice, who has deals brought in order,', () => {
  it('gets those closed that are over, and the credit into her wallet', async () => {
    const world = await stored({ provider: () => ({ ask: { price }, wrapSettlement: without('close') }) });
    const quiet = await world.during(world.renter.tidy({ withdrawFrom: wei(1n) }));
    expect(quiet).to.deep.include({ expired: [], closed: [], cancelled: [], posted: [], withdrawn: 0n });
    // More than the rent, so that some comes back.
    await world.during(world.renter.deposit((await world.renter.deals())[0]!.deal.id, wei(2n * TOKEN)));
    await world.liveTo((await endOf(world)) + 2, 25);
    const ids = (await world.renter.deals()).map(({ deal }) => deal.id).toSorted();
    const dry = await world.during(world.renter.tidy({ withdrawFrom: wei(1n), dryRun: true }));
    expect([dry.performed, dry.closed.toSorted(), world.sent.includes('batch')]).to.deep.equal([false, ids, false]);
    const before = (await world.chain.balances(world.chain.account)).token;
    const { closed, withdrawn, refused } = await world.during(world.renter.tidy({ withdrawFrom: wei(1n) }));
    expect([closed.toSorted(), refused.size]).to.deep.equal([ids, 0]);
    expect(withdrawn).to.equal(2n * TOKEN);
    expect((await world.chain.balances(world.chain.account)).token - before).to.equal(withdrawn);
    expect((await world.chain.balances(world.chain.account)).credit).to.equal(0n);
  });

  it('gets one cancelled that stayed empty, and keeps those with data', async () => {
    const world = await createRenterWorld({
      names: [...names, 'frank'],
      provider: (name) => ({ ask: { price: wei(name === 'frank' ? price + 1n : price) } }),
    });
    world.bend('bob', () => ({ admitSector: () => Promise.reject(new HoldfastError('STORE_CLOSED', { path: 'x' })) }));
    await world.during(world.renter.put({ name: 'letters', source: sourceOf(letters), k: 2, n: 4, room: 0, periods: PERIODS }));
    const empty = (await world.renter.deals()).find(({ deal }) => deal.provider === world.addressOf('bob'))!.deal.id;
    const { cancelled, closed } = await world.during(world.renter.tidy());
    expect([cancelled, closed]).to.deep.equal([[empty], []]);
    expect((await world.renter.deal(empty))?.status).to.equal('closed');
    await expectWhole(world);
  });
});

describe('Alice, whose provider signs and does not post,', () => {
  it('posts in its stead once it had its turn, so that one of them holds no put up', async () => {
    const world = await createRenterWorld({
      names,
      provider: (name) => ({ ask: { price }, ...(name === 'bob' && { wrapSettlement: without('commit') }) }),
    });
    const began = world.ledger.period;
    const { failures } = await world.during(
      world.renter.put({ name: 'letters', source: sourceOf(letters), k: 2, n: 4, room: 0, periods: PERIODS }),
    );
    expect(failures).to.deep.equal([]);
    expect(world.ledger.period - began).to.be.at.most(2);
    expect(world.sent).to.deep.equal(['open', 'batch']);
    await expectWhole(world);
  });
});
