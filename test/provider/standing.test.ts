import { expect } from 'chai';
import { showTokens } from '../../node/core/amount-text.js';
import { gasWei, period, type GasWei } from '../../node/core/units.js';
import { HoldfastError } from '../../node/core/errors/holdfast-error.js';
import type { Settlement } from '../../node/ports/settlement.js';
import { decideCoin, type CoinSnapshot } from '../../node/provider/standing/decide-coin.js';
import { decideEndpoint, registryAddresses, type EndpointSnapshot } from '../../node/provider/standing/decide-endpoint.js';
import { isSigningPaused, signingFrom } from '../../node/provider/standing/decide-sole.js';
import { createTroubles } from '../../node/provider/standing/troubles.js';
import { actor, bytesOf } from '../support/worlds/actors.js';
import { rejectsCoded } from '../support/coded-errors.js';
import {
  createProviderWorld,
  liveTo,
  settle,
  TOKEN,
  type ProviderWorld,
  type ProviderWorldOptions,
} from '../support/worlds/provider-world.js';
import { contentOf, TestRenter } from '../support/worlds/test-renter.js';
import { createRecordedLog } from '../support/recorded-log.js';

const { signal } = new AbortController();
const letter = contentOf(bytesOf('a letter', 3200));
const photo = contentOf(bytesOf('a photo', 6400));

describe('deciding whether the coin lasts', () => {
  const decide = (coin: bigint, fields: Partial<CoinSnapshot> = {}) =>
    decideCoin({ coin: gasWei(coin), gas: 10n, feeCap: gasWei(5n), periods: 4, ...fields });

  it('by what gas costs now: enough, low, gone, and what to send so that it lasts twice as long as it has to', () => {
    expect([decide(200n), decide(10_000n)]).to.deep.equal([undefined, undefined]);
    expect(decide(199n)).to.deep.equal({ level: 'low', left: 3, send: 201n });
    expect(decide(50n)).to.deep.equal({ level: 'low', left: 1, send: 350n });
    expect(decide(49n)).to.deep.equal({ level: 'gone', left: 0, send: 351n });
    expect(decide(199n, { feeCap: gasWei(6n) })).to.include({ left: 3, send: 281n });
    expect(decide(0n, { feeCap: gasWei(0n) })).to.equal(undefined);
  });
});

describe('deciding whether to publish where a provider is', () => {
  const [owner, operator] = [actor('bob').address, actor('bob operator').address];
  const right = { peerId: 'bob peer', addresses: ['/ip4/192.0.2.1/tcp/1'] };
  const decide = (fields: Partial<EndpointSnapshot> = {}, addresses = ['/ip4/192.0.2.9/tcp/1']) =>
    decideEndpoint({
      sheet: { peerId: 'bob peer', addresses, provider: owner, operator },
      wanted: right,
      account: operator,
      period: period(10),
      frozen: false,
      publishedIn: undefined,
      replaced: 0,
      ...fields,
    });
  const kinds = (...all: Partial<EndpointSnapshot>[]): string[] => all.map((fields) => decide(fields).kind);

  it('where the registry says something else, as the operator or the owner', () => {
    expect(decide({}, right.addresses)).to.deep.equal({ kind: 'none' });
    const two = ['/ip4/192.0.2.1/tcp/1', '/ip4/192.0.2.1/tcp/2'];
    expect(decide({ wanted: { ...right, addresses: two } }, two.toReversed())).to.deep.equal({ kind: 'none' });
    expect(kinds({}, { account: owner }, { wanted: { ...right, peerId: 'another peer' } })).to.deep.equal([
      'publish',
      'publish',
      'publish',
    ]);
    expect(decide({ wanted: { ...right, peerId: 'another peer' } }, right.addresses).kind).to.equal('publish');
    expect(decide({ account: actor('mallory').address })).to.deep.equal({ kind: 'blocked', reason: 'not-operator' });
    expect(decide({ wanted: { ...right, addresses: [] } })).to.deep.equal({ kind: 'blocked', reason: 'no-address' });
  });

  it('after the proof, once a period, and half as often each time that somebody replaced it', () => {
    expect(kinds({ frozen: true }, { publishedIn: period(10) }, { publishedIn: period(9) })).to.deep.equal(['wait', 'wait', 'publish']);
    const after = (replaced: number, publishedIn: number): string => decide({ replaced, publishedIn: period(publishedIn) }).kind;
    expect([after(1, 9), after(2, 9), after(2, 8), after(3, 7), after(3, 6)]).to.deep.equal([
      'publish',
      'wait',
      'publish',
      'wait',
      'publish',
    ]);
    expect(decide({ replaced: 5 }).kind).to.equal('publish');
  });

  it('without peer ids, and no more than the registry takes', () => {
    expect(registryAddresses(['/ip4/192.0.2.1/tcp/1/p2p/bob'])).to.deep.equal(right.addresses);
    const long = `/dns4/${'a'.repeat(494)}/tcp/1`;
    expect(registryAddresses([long, '/x', '/ip4'])).to.deep.equal([long, '/x']);
    expect(registryAddresses([long, '/ip4x'])).to.deep.equal([long, '/ip4x']);
    expect(registryAddresses([long, '/ip4xy'])).to.deep.equal([long]);
  });
});

describe('deciding whether anything is co-signed', () => {
  it('not in three periods from when another daemon was seen: by then what it signed is on chain, or void', () => {
    expect(signingFrom(period(7))).to.equal(10);
    const paused = [7, 9, 10].map((now) => isSigningPaused(period(7), period(now)));
    expect([...paused, isSigningPaused(undefined, period(1))]).to.deep.equal([true, true, false, false]);
  });
});

describe('telling what is wrong', () => {
  it('once for each cause and level, and once that it is over', () => {
    const log = createRecordedLog();
    const troubles = createTroubles(log);
    const low = { event: 'coin-low', facts: {} } as const;
    for (const trouble of [undefined, low, low, { event: 'coin-gone', facts: {} } as const, low]) troubles.tell('coin', trouble);
    for (const key of ['a', 'a', 'b']) troubles.tell('endpoint', { event: 'endpoint-unpublished', key, facts: {} });
    expect(troubles.now).to.deep.equal(['coin-low', 'endpoint-unpublished']);
    for (let time = 0; time < 2; time++) troubles.tell('coin', undefined);
    expect(log.events('alarm')).to.deep.equal(['coin-low', 'coin-gone', 'coin-low', 'endpoint-unpublished', 'endpoint-unpublished']);
    expect(log.events('info')).to.deep.equal(['coin-enough']);
    expect(troubles.now).to.deep.equal(['endpoint-unpublished']);
  });
});

describe('Bob, who lacks something,', () => {
  let world: ProviderWorld;
  let alice: TestRenter;
  const live = (to: number, offset: number): Promise<void> => liveTo(world.ledger, world.provider, to, offset);
  const start = async (options: ProviderWorldOptions = {}): Promise<void> => {
    world = await createProviderWorld({ ...options, policy: { reconcileEvery: 1, ...options.policy } });
    alice = await TestRenter.open({ ledger: world.ledger, provider: world.address });
  };
  const facts = (event: string) => world.log.lines.filter((line) => line.event === event).map((line) => line.facts);
  const alarms = (): string[] => world.log.events('alarm');

  describe('coin', () => {
    let coin: bigint | undefined;
    /** How often a seed was asked for, as each making of a proof does. */
    let draws = 0;
    const poor = (settlement: Settlement): Settlement => ({
      ...settlement,
      agreed: settlement.agreed,
      seed: async (of) => {
        draws += 1;
        return settlement.seed(of);
      },
      balances: async (account) => {
        const balances = await settlement.balances(account);
        return coin === undefined ? balances : { ...balances, coin: coin as GasWei };
      },
      submit: async (action, options) => {
        if (coin === 0n) throw new HoldfastError('COIN_TOO_SMALL', { account: settlement.account, balance: 0n, needed: 1n });
        return settlement.submit(action, options);
      },
    });
    beforeEach(() => (coin = undefined));

    it('says so before it is gone, with address and amount, and once a level', async () => {
      await start({ wrapSettlement: poor });
      await live(1, 5);
      expect(alarms()).to.deep.equal([]);
      // A million gas at a gwei: a thousandth a period.
      coin = 10n ** 15n * 13n;
      await live(1, 9);
      coin = 0n;
      await live(1, 13);
      expect(alarms()).to.deep.equal(['coin-low', 'coin-gone']);
      const account = world.operator.address;
      expect(facts('coin-low')).to.deep.equal([{ account, coin: '0.013 ETH', periods: 13, period: '0.001 ETH', send: '0.015 ETH' }]);
      expect(facts('coin-gone')).to.deep.equal([{ account, coin: '0 ETH', periods: 0, period: '0.001 ETH', send: '0.028 ETH' }]);
      expect((await world.provider.status(signal)).troubles).to.deep.equal(['coin-gone']);
      coin = undefined;
      await live(1, 14);
      expect(world.log.events('info')).to.include('coin-enough');
    });

    it('makes the proof once, logs one failure, says that it sent nothing and what that costs, and proves once it can', async () => {
      await start({ wrapSettlement: poor });
      await alice.put(world.provider.service, [letter]);
      await live(1, 30);
      const before = world.log.lines.length;
      draws = 0;
      coin = 0n;
      await live(2, 16);
      const events = world.log.lines.slice(before).filter(({ level }) => level !== 'debug');
      expect(events.map(({ event }) => event)).to.deep.equal(['coin-gone', 'proof-failed', 'proof-late']);
      expect(facts('proof-late')[0]).to.include({ sent: false, cause: 'COIN_TOO_SMALL', slash: '0.0003 HOLD' });
      expect(world.log.events('info')).not.to.include('proof-sent');
      expect(draws).to.equal(1);
      coin = undefined;
      await live(2, 18);
      expect(world.log.events('info')).to.include('proof-sent');
      expect((await world.ownerChain.provider(world.address))?.lastProven).to.equal(2);
    });

    it('tells each miss once, with why, how many in a row, and what it costs', async () => {
      await start({ wrapSettlement: poor });
      await alice.put(world.provider.service, [letter]);
      await live(1, 30);
      coin = 0n;
      await live(3, 25);
      const missed = facts('period-missed');
      expect(missed.map((line) => [line['missed'], line['inRow']])).to.deep.equal([
        [2, 1],
        [3, 2],
      ]);
      expect(missed[0]).to.deep.include({ cause: 'COIN_TOO_SMALL', slash: '0.0003 HOLD', defaultAt: 5 });
      const { rate } = (await world.ownerChain.deal(alice.deal))!;
      expect(missed[0]?.['rent']).to.equal(showTokens(rate));
    });

    it('tells a miss for each period that went by while it did not look', async () => {
      await start();
      await alice.put(world.provider.service, [letter]);
      await live(1, 30);
      world.ledger.mineTo(4, 30);
      await world.provider.step(signal);
      expect(facts('period-missed').map((line) => line['missed'])).to.deep.equal([2, 3, 4]);
    });
  });

  it('its name in the registry: it waits with an alarm, and looks after its deals once it is there', async () => {
    let isKnown = false;
    await start({
      wrapSettlement: (settlement) => ({
        ...settlement,
        agreed: settlement.agreed,
        provider: async (account) => (isKnown ? settlement.provider(account) : undefined),
      }),
    });
    for (let time = 0; time < 3; time++) await world.provider.step(signal);
    expect(alarms()).to.deep.equal(['provider-unregistered']);
    isKnown = true;
    await world.provider.step(signal);
    expect(world.log.events('info')).to.deep.equal(['provider-registered']);
  });

  it('stake: it says how much is to be added when less is there than is locked', async () => {
    await start({ stake: (TOKEN / 100n) * 3n });
    await alice.put(world.provider.service, [letter]);
    await live(1, 30);
    expect(alarms()).to.deep.equal([]);
    world.ledger.mineTo(2, 25);
    await world.provider.step(signal);
    expect(facts('stake-below')).to.deep.equal([{ stake: '0.0297 HOLD', locked: '0.03 HOLD', add: '0.0003 HOLD' }]);
  });

  it('the key that the registry names: it proves, and posts nothing that would be refused', async () => {
    await start();
    await alice.put(world.provider.service, [letter]);
    await live(1, 10);
    await alice.put(world.provider.service, [photo]);
    await world.ownerChain.submit({ kind: 'setOperator', operator: actor('another operator').address });
    await live(4, 30);
    expect(alarms()).to.deep.equal(['operator-replaced']);
    expect((await world.ownerChain.provider(world.address))?.lastProven).to.equal(4);
    expect(world.metrics.value('holdfast_batches_total', { outcome: 'mined' })).to.equal(1);
    expect(world.log.events('warn')).to.deep.equal([]);
  });

  describe('a registry that says where it is,', () => {
    let here: { peerId: string; addresses: string[] };
    let elsewhere: string | undefined;
    let asked: (readonly string[])[];
    const presence = {
      endpoint: () => here,
      answersElsewhere: async (addresses: readonly string[]) => {
        asked.push(addresses);
        return elsewhere;
      },
    };
    const named = async (): Promise<readonly string[]> => (await world.ownerChain.provider(world.address))?.addresses ?? [];
    const publishElsewhere = (): Promise<unknown> =>
      world.ownerChain.submit({ kind: 'setEndpoint', provider: world.address, peerId: 'bob peer', addresses: ['/memory/other'] });
    beforeEach(async () => {
      [here, elsewhere, asked] = [{ peerId: 'bob peer', addresses: ['/memory/here'] }, undefined, []];
      await start({ presence });
    });

    it('publishes it, whenever it moves, and looks first whether another is at the old address', async () => {
      await live(1, 5);
      expect(await named()).to.deep.equal(['/memory/here']);
      expect(asked).to.deep.equal([['/memory/bob']]);
      here = { ...here, addresses: ['/memory/there'] };
      await live(2, 5);
      expect(await named()).to.deep.equal(['/memory/there']);
      expect(alarms()).to.deep.equal([]);
      expect(world.log.events('info').filter((event) => event === 'endpoint-published')).to.have.length(2);
    });

    it('alarms with both addresses when somebody else changes it, and puts it right, less and less often', async () => {
      await live(1, 5);
      await publishElsewhere();
      await live(1, 12);
      expect(facts('endpoint-elsewhere')).to.deep.equal([
        { reason: 'replaced', published: { peerId: 'bob peer', addresses: ['/memory/other'] }, wanted: here },
      ]);
      expect(await named()).to.deep.equal(['/memory/other']);
      await live(2, 5);
      expect(await named()).to.deep.equal(['/memory/here']);
      expect(world.log.events('info')).to.include('endpoint-right');
      await publishElsewhere();
      await live(3, 30);
      expect(await named()).to.deep.equal(['/memory/other']);
      await live(4, 5);
      expect(await named()).to.deep.equal(['/memory/here']);
      expect(facts('endpoint-elsewhere')).to.have.length(2);
    });

    it('publishes nothing and signs nothing while another answers with its peer id there', async () => {
      elsewhere = '/memory/bob';
      await live(1, 5);
      expect(await named()).to.deep.equal(['/memory/bob']);
      expect(alarms()).to.have.members(['identity-shared', 'endpoint-elsewhere']);
      expect(facts('identity-shared')[0]).to.include({ address: '/memory/bob', account: world.operator.address, signingFrom: 4 });
      const refusal = await rejectsCoded(alice.put(world.provider.service, [letter]), 'SIGNING_PAUSED');
      expect(refusal.data).to.deep.equal({ from: 4 });
      elsewhere = undefined;
      await live(4, 5);
      expect(await named()).to.deep.equal(['/memory/here']);
      expect(world.log.events('info')).to.include('identity-sole');
      await alice.put(world.provider.service, [letter]);
      expect(alarms()).to.have.length(2);
    });

    it('signs nothing before it has looked', async () => {
      const put = alice.put(world.provider.service, [letter]);
      await settle();
      expect(world.metrics.value('holdfast_revisions_signed_total')).to.equal(0);
      await world.provider.step(signal);
      await put;
      expect(world.metrics.value('holdfast_revisions_signed_total')).to.equal(1);
    });
  });

  it('a key that is its alone: after a transaction that it did not sign it signs no revision for three periods', async () => {
    let foreign = 0;
    await start({ wrapSettlement: (settlement) => ({ ...settlement, agreed: settlement.agreed, foreign: async () => foreign }) });
    await alice.put(world.provider.service, [letter]);
    await live(2, 10);
    foreign = 2;
    await live(2, 12);
    expect(facts('identity-shared')).to.have.length(1);
    expect(facts('identity-shared')[0]).to.include({ transactions: 2, signingFrom: 5 });
    await rejectsCoded(alice.put(world.provider.service, [photo]), 'SIGNING_PAUSED');
    foreign = 3;
    await live(4, 10);
    await rejectsCoded(alice.put(world.provider.service, [photo]), 'SIGNING_PAUSED');
    await live(5, 10);
    await alice.put(world.provider.service, [photo]);
    await live(5, 30);
    expect(alarms()).to.deep.equal(['identity-shared']);
    expect((await world.ownerChain.deal(alice.deal))?.number).to.equal(2n);
  });
});
