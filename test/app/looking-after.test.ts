import { expect } from 'chai';
import { lookAfter, type Round, type RoundOptions } from '../../node/app/renter-rounds.js';
import { HoldfastError } from '../../node/core/errors/holdfast-error.js';
import { wei } from '../../node/core/units.js';
import type { Settlement } from '../../node/ports/settlement.js';
import type { Renter } from '../../node/renter/renter.js';
import type { Channel } from '../../node/renter/upkeep/announce.js';
import type { Need } from '../../node/renter/upkeep/needs.js';
import { letters } from '../renter/stored-letters.js';
import { collect } from '../support/collect.js';
import { TOKEN } from '../support/worlds/provider-world.js';
import {
  createRecordedSink,
  createRenterWorld,
  sourceOf,
  type RenterWorld,
  type RenterWorldOptions,
} from '../support/worlds/renter-world.js';

const PERIODS = 8;
const DAY = 86_400_000;
/** Dear, so that the rent of a few letters is more than the least escrow. */
const price = wei(20_000n * TOKEN);

const stored = async (names: readonly string[], options: Partial<RenterWorldOptions> = {}, n = 4): Promise<RenterWorld> => {
  const world = await createRenterWorld({ names, provider: () => ({ ask: { price } }), ...options });
  await world.during(world.renter.put({ name: 'letters', source: sourceOf(letters), k: 2, n, room: 0, periods: PERIODS }));
  return world;
};
const round = (world: RenterWorld, renter: Renter, change: Partial<RoundOptions> = {}): Promise<Round> =>
  world.during(
    lookAfter(renter, {
      ...{ ahead: 3, periods: PERIODS, budget: wei(100n * TOKEN), revisionWorth: wei(0n), probes: 3 },
      ...{ announceAhead: 14 * DAY, channels: [] },
      signal: new AbortController().signal,
      ...change,
    }),
  );
const expectWhole = async (world: RenterWorld): Promise<void> => {
  const sink = createRecordedSink();
  await world.during(world.renter.get({ object: 'letters', sink }));
  expect(Buffer.compare(sink.bytes, letters)).to.equal(0);
};
const holders = async (world: RenterWorld): Promise<string[]> => {
  const [object] = await collect(world.catalogue.objects());
  const slab = await world.catalogue.slab(object!.id, 0);
  const deals = await world.chain.deals(slab!.shards.map(({ deal }) => deal));
  return deals.map((deal) => world.nameOf(deal!.provider)).toSorted();
};
const raise = async (world: RenterWorld, name: string): Promise<void> => {
  const { ownerChain, address: provider } = world.providers.get(name)!;
  const { ask } = (await ownerChain.provider(provider))!;
  await ownerChain.submit({ kind: 'setAsk', provider, ask: { ...ask, price: wei(price + 1n) } });
};
/** The first end of a deal that holds a shard. */
const endOf = async (world: RenterWorld): Promise<number> => {
  const used: number[] = [];
  for (const { deal, sectorsInUse } of await world.renter.deals()) if (sectorsInUse > 0 && deal.status === 'active') used.push(deal.end);
  return Math.min(...used);
};
const spent = async (world: RenterWorld): Promise<bigint> => 100_000n * TOKEN - (await world.chain.balances(world.chain.account)).token;
const recorder = (): Channel & { readonly told: Need[] } => {
  const told: Need[] = [];
  return { name: 'recorder', told, deliver: async (needs) => void told.push(...needs) };
};

describe('Alice, who has her files looked after,', () => {
  it('has them after three renewals, though a provider leaves each time', async () => {
    const names = ['bob', 'carol', 'dave', 'erin', 'frank', 'grace', 'heidi'];
    const world = await stored(names);
    for (let time = 1; time <= 3; time++) {
      await world.liveTo((await endOf(world)) - 2, 25);
      const [leaving] = await holders(world);
      await raise(world, leaving!);
      const { renewal, repair, errors } = await round(world, world.renter, { threshold: 4 });
      expect([errors, renewal?.renewed.length, renewal?.unrenewed.map(({ reason }) => reason)], `time ${time}`).to.deep.equal([
        [],
        3,
        ['dearer'],
      ]);
      expect(repair?.outcomes.map(({ kind, moved, error }) => [kind, moved.size, error])).to.deep.equal([['move', 1, undefined]]);
      expect(await holders(world)).to.not.include(leaving);
    }
    await expectWhole(world);
  });

  it('pays for new deals within the budget alone, and is told what is missing', async () => {
    const world = await stored(['bob', 'carol', 'dave', 'erin', 'frank']);
    await world.liveTo((await endOf(world)) - 2, 25);
    await raise(world, 'bob');
    const dry = await round(world, world.renter, { dryRun: true, threshold: 4 });
    const [planned] = dry.repair!.outcomes;
    const renewals = dry.renewal!.renewed.reduce((sum, { deposit }) => sum + deposit, 0n);
    expect([planned!.escrow > 0n, planned!.lost.length]).to.deep.equal([true, 1]);
    expect(world.sent, 'a dry run sends nothing').to.deep.equal(['open']);
    const budget = wei(renewals + planned!.escrow / 2n);
    const poor = await round(world, world.renter, { budget, threshold: 4 });
    expect(poor.repair!.outcomes.map(({ error }) => (error as HoldfastError).code)).to.deep.equal(['BUDGET_TOO_SMALL']);
    expect(poor.needs!.map(({ kind }) => kind)).to.include('repair');
    const before = await spent(world);
    const rich = await round(world, world.renter, { budget: wei(budget + planned!.escrow), threshold: 4 });
    expect(rich.repair!.outcomes.map(({ error }) => error)).to.deep.equal([undefined]);
    const { escrow } = rich.repair!;
    expect(escrow > 0n && escrow <= planned!.escrow).to.equal(true);
    expect((await spent(world)) - before).to.equal(escrow);
    expect((await collect(world.catalogue.spendings.all())).map(({ amount }) => amount)).to.deep.equal([escrow]);
  });

  it('gives up a provider that refuses, after so many rounds in a row, and not before', async () => {
    const world = await stored(['bob', 'carol', 'dave', 'erin', 'frank']);
    const refuse = () =>
      world.bend('bob', () => ({ readLeaves: () => Promise.reject(new HoldfastError('PEER_BUSY', { what: 'reads', limit: 1 })) }));
    const looked = async (): Promise<number> => (await round(world, world.renter, { threshold: 4 })).repair!.outcomes.length;
    refuse();
    expect([await looked(), await looked()]).to.deep.equal([0, 0]);
    world.bend('bob');
    expect(await looked(), 'it answers in between').to.equal(0);
    refuse();
    expect([await looked(), await looked(), await looked()]).to.deep.equal([0, 0, 1]);
    expect(await holders(world)).to.deep.equal(['carol', 'dave', 'erin', 'frank']);
    await expectWhole(world);
  });

  it('challenges a silent provider that proves, once, for a bond out of the budget', async () => {
    const world = await stored(['bob', 'carol', 'dave', 'erin']);
    world.bend('bob', () => ({ readLeaves: () => new Promise(() => undefined) }));
    const challenged: (readonly number[])[] = [];
    for (let time = 0; time < 4; time++) {
      const { challenging, repair } = await round(world, world.renter);
      challenged.push([challenging!.challenge.length, challenging!.unaffordable.length, repair!.outcomes.length]);
    }
    expect(challenged).to.deep.equal([
      [0, 0, 0],
      [0, 0, 0],
      [1, 0, 0],
      [0, 0, 0],
    ]);
    const [bond] = await collect(world.catalogue.spendings.all());
    expect(bond!.amount > 0n).to.equal(true);
    expect(world.sent.filter((kind) => kind === 'challenge')).to.have.length(1);
  });

  it('counts every deal that is on its way, though nobody is told of any', async () => {
    const world = await createRenterWorld({ names: ['bob', 'carol', 'dave', 'erin', 'frank'], provider: () => ({ ask: { price } }) });
    const terms = { k: 2, n: 4, periods: PERIODS };
    await world.during(world.renter.put({ ...terms, name: 'letters', source: sourceOf(letters) }));
    await world.during(world.renter.put({ ...terms, name: 'notes', source: sourceOf(letters.subarray(0, 9_000)) }));
    await world.liveTo((await endOf(world)) - 2, 25);
    await raise(world, 'bob');
    const budget = wei(1_000n * TOKEN);
    const dry = await round(world, world.renter, { dryRun: true, threshold: 4, budget });
    expect(dry.repair!.outcomes).to.have.length(2);
    const settlement: Settlement = {
      ...world.chain,
      submit: async (action, options = {}) => {
        if (action.kind !== 'open') return await world.chain.submit(action, options);
        throw new HoldfastError('RPC_UNREACHABLE', { url: 'http://rpc', reason: 'it is mined later' });
      },
    };
    await round(world, world.another({ settlement }), { threshold: 4, budget });
    const recorded = (await collect(world.catalogue.spendings.all())).reduce((sum, { amount }) => sum + amount, 0n);
    expect(recorded).to.equal(dry.repair!.escrow);
  });

  it('counts the bond of a challenge that is on its way, whatever is told of it, and challenges once', async () => {
    const world = await stored(['bob', 'carol', 'dave', 'erin']);
    world.bend('bob', () => ({ readLeaves: () => new Promise(() => undefined) }));
    let sent = 0;
    const settlement: Settlement = {
      ...world.chain,
      submit: async (action, options = {}) => {
        if (action.kind !== 'challenge') return await world.chain.submit(action, options);
        sent += 1;
        options.onSent?.();
        throw new HoldfastError('RPC_UNREACHABLE', { url: 'http://rpc', reason: 'it is mined later' });
      },
    };
    const renter = world.another({ settlement });
    for (let time = 0; time < 4; time++) await round(world, renter);
    const [bond] = await collect(world.catalogue.spendings.all());
    expect([sent, (bond?.amount ?? 0n) > 0n]).to.deep.equal([1, true]);
  });
});

describe('Alice, whose wallet stays at home,', () => {
  it('has her deals renewed by the session’s keys, out of the purse, as far as she let them last', async () => {
    const world = await stored(['bob', 'carol'], {}, 2);
    await world.during(world.renter.raiseBounds({ periods: 25 }));
    expect(world.sent).to.deep.equal(['open', 'setBounds', 'setBounds']);
    const session = world.session(50n * TOKEN);
    for (const time of [1, 2]) {
      await world.liveTo((await endOf(world)) - 2, 25);
      const before = await spent(world);
      const { renewal, errors } = await round(world, session);
      expect([errors, renewal?.renewed.length], `time ${time}`).to.deep.equal([[], 2]);
      expect((await spent(world)) - before, 'nothing of the wallet').to.equal(0n);
    }
    expect(world.sent.filter((kind) => kind === 'setBounds')).to.have.length(2);
    await expectWhole(world);
  });

  it('is told within fourteen days before a deal ends that only she can let last longer, once, and again later', async () => {
    let now = 1_800_000_000_000;
    const world = await stored(['bob', 'carol'], { now: () => now }, 2);
    const session = world.session(50n * TOKEN);
    const phone = recorder();
    const { repair, announcing, needs } = await round(world, session, { channels: [phone] });
    expect(repair?.outcomes).to.deep.equal([]);
    expect(needs).to.have.length(2);
    expect(phone.told.map(({ kind }) => kind)).to.deep.equal(['bound', 'bound']);
    expect(announcing?.told).to.have.length(2);
    now += DAY - 1;
    await round(world, session, { channels: [phone] });
    expect(phone.told).to.have.length(2);
    now += 1;
    await round(world, session, { channels: [phone] });
    expect(phone.told).to.have.length(4);
    await world.during(world.renter.raiseBounds({ periods: 1_000 }));
    const quiet = await round(world, session, { channels: [phone] });
    expect([quiet.needs, phone.told.length]).to.deep.equal([[], 4]);
    expect(await collect(world.catalogue.announced.all())).to.deep.equal([]);
  });

  it('is told nothing that is more than so many days away', async () => {
    const world = await stored(['bob', 'carol'], {}, 2);
    const phone = recorder();
    await round(world, world.session(50n * TOKEN), { channels: [phone], announceAhead: 1_000 });
    expect(phone.told).to.deep.equal([]);
  });

  it('is told that the purse is empty, and has the deals renewed once it is filled', async () => {
    const world = await stored(['bob', 'carol'], {}, 2);
    await world.during(world.renter.raiseBounds({ periods: 100 }));
    const session = world.session(0n);
    await world.liveTo((await endOf(world)) - 2, 25);
    const phone = recorder();
    const { renewal } = await round(world, session, { channels: [phone] });
    expect(renewal?.unrenewed.map(({ reason }) => reason)).to.deep.equal(['over-budget', 'over-budget']);
    const [money] = phone.told;
    const missing = renewal!.unrenewed.reduce((sum, { deposit }) => sum + deposit, 0n);
    expect(money).to.deep.include({ kind: 'money', lacks: 'purse', deals: 2, missing });
    const filled = await round(world, world.session(missing), { channels: [phone], announceAhead: 1_000 });
    expect([filled.renewal?.renewed.length, filled.needs]).to.deep.equal([2, []]);
  });

  it('is told that what is lost needs the wallet, and the others of her files are looked after', async () => {
    const world = await stored(['bob', 'carol', 'dave'], {}, 2);
    await world.during(world.renter.raiseBounds({ periods: 100 }));
    await world.liveTo((await endOf(world)) - 2, 25);
    const [leaving] = await holders(world);
    await raise(world, leaving!);
    const phone = recorder();
    const { repair, renewal } = await round(world, world.session(50n * TOKEN), { channels: [phone] });
    expect(renewal?.renewed).to.have.length(1);
    expect(repair?.outcomes.map(({ error }) => (error as HoldfastError).code)).to.deep.equal(['WALLET_NEEDED']);
    expect(phone.told.map(({ kind }) => kind).toSorted()).to.deep.equal(['move', 'repair']);
    expect(await collect(world.catalogue.spendings.all())).to.deep.equal([]);
  });

  it('is told again in the next round where a way to tell her failed, and by the other way once', async () => {
    const world = await stored(['bob', 'carol'], {}, 2);
    const session = world.session(50n * TOKEN);
    const phone = recorder();
    let tries = 0;
    const broken: Channel = { name: 'broken', deliver: () => Promise.reject(new Error(`try ${++tries}`)) };
    const { announcing } = await round(world, session, { channels: [broken, phone] });
    expect(announcing?.failed.map(({ channel, error }) => [channel, error.message])).to.deep.equal([['broken', 'try 1']]);
    await round(world, session, { channels: [broken, phone] });
    expect([tries, phone.told.length]).to.deep.equal([2, 2]);
  });
});

/** A chain that carries out `steps` transactions, and with the last of them the process is gone: nobody hears of that one or of anything more. */
const dyingAfter = (chain: Settlement, steps: number): Settlement => {
  let sent = 0;
  return Object.assign(Object.create(chain) as Settlement, {
    submit: async (...[action, options]: Parameters<Settlement['submit']>) => {
      if (sent >= steps) throw new Error('the process is gone');
      const receipt = await chain.submit(action, options);
      sent += 1;
      if (sent >= steps) throw new Error('the process is gone');
      return receipt;
    },
  });
};

describe('A round that is killed after any of its transactions', () => {
  /** One deal is renewed, with a bound and a deposit, and what another stores moves into a new one. */
  const ready = async (): Promise<RenterWorld> => {
    const world = await stored(['bob', 'carol', 'dave'], {}, 2);
    await world.liveTo((await endOf(world)) - 2, 25);
    const [leaving] = await holders(world);
    await raise(world, leaving!);
    return world;
  };
  let cost: bigint;
  let steps: readonly string[];

  before(async () => {
    const world = await ready();
    const before = await spent(world);
    const { errors } = await round(world, world.renter);
    expect(errors).to.deep.equal([]);
    cost = (await spent(world)) - before;
    steps = world.sent.slice(1);
  });

  it('pays nothing twice: the next one finishes it at the same cost', async () => {
    expect([...steps].toSorted()).to.include.members(['deposit', 'open', 'setBounds']);
    for (const killed of steps.keys()) {
      const world = await ready();
      const before = await spent(world);
      const dying = world.another({ settlement: dyingAfter(world.chain, killed + 1) });
      await round(world, dying).catch(() => undefined);
      const { errors, repair } = await round(world, world.renter);
      expect(errors, steps[killed]).to.deep.equal([]);
      expect(
        repair?.outcomes.map(({ error }) => error),
        steps[killed],
      ).to.deep.equal(repair?.outcomes.map(() => undefined));
      expect((await spent(world)) - before, `after ${steps[killed]}`).to.equal(cost);
      await expectWhole(world);
    }
  });
});
