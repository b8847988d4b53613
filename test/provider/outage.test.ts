import { expect } from 'chai';
import { HoldfastError } from '../../node/core/errors/holdfast-error.js';
import { blockNumber, LEAF_BYTES, period, wei, type Wei } from '../../node/core/units.js';
import type { Settlement, SettlementReader } from '../../node/ports/settlement.js';
import { defaultPolicy } from '../../node/provider/policy.js';
import { decideRecall, type RecallFacts } from '../../node/provider/standing/decide-recall.js';
import { createOutage } from '../../node/provider/standing/outage.js';
import { bytesOf, hashOf } from '../support/worlds/actors.js';
import { rejectsCoded } from '../support/coded-errors.js';
import { createManualClock, type ManualClock } from '../support/manual-clock.js';
import { createProviderWorld, liveTo, settle, type ProviderWorld, type ProviderWorldOptions } from '../support/worlds/provider-world.js';
import { contentOf, TestRenter } from '../support/worlds/test-renter.js';

const { signal } = new AbortController();
const unreachable = (): HoldfastError => new HoldfastError('RPC_UNREACHABLE', { url: 'http://rpc', reason: 'no answer' });

describe('deciding whether a deal still counts as it was read', () => {
  const active = { status: 'active', end: period(9) } as const;
  /** Blocks of a second, ten in a period; the deal was read in block 5 of period 1. */
  const decide = (fields: Partial<RecallFacts> = {}) =>
    decideRecall({
      deal: active,
      block: blockNumber(105),
      readAt: 50_000,
      now: 50_000,
      blockMilliseconds: 1_000,
      genesisBlock: blockNumber(100),
      parameters: { periodBlocks: 10 },
      periods: 3,
      ...fields,
    });

  it('for so many periods, a block that may have begun being one that has come', () => {
    expect(decide()).to.deep.equal({ period: 1, offset: 5 });
    expect(decide({ now: 50_001 })).to.deep.equal({ period: 1, offset: 6 });
    expect(decide({ now: 54_000 })).to.deep.equal({ period: 1, offset: 9 });
    expect(decide({ now: 54_001 })).to.deep.equal({ period: 2, offset: 0 });
    expect(decide({ now: 84_000 })).to.deep.equal({ period: 4, offset: 9 });
    expect(decide({ now: 84_001 })).to.equal(undefined);
    expect(decide({ now: 0 })).to.deep.equal({ period: 1, offset: 5 });
  });

  it('not from its end on, nor without data, nor after a default', () => {
    expect(decide({ deal: { ...active, end: period(2) } })).to.deep.equal({ period: 1, offset: 5 });
    expect(decide({ deal: { ...active, end: period(2) }, now: 55_000 })).to.equal(undefined);
    expect(decide({ deal: { ...active, end: period(1) } })).to.equal(undefined);
    for (const status of ['none', 'empty', 'closed'] as const) expect(decide({ deal: { ...active, status } })).to.equal(undefined);
    expect(decide({ deal: { ...active, defaulted: { period: period(0), share: wei(0n) } } })).to.equal(undefined);
  });
});

describe('an outage', () => {
  let clock: ManualClock;
  let ask: PromiseWithResolvers<string>;
  let asks: number;
  const through = (memory: string | undefined = 'remembered', until: AbortSignal = signal) =>
    outage.through(
      async () => {
        asks++;
        return ask.promise;
      },
      () => memory,
      until,
    );
  let outage: ReturnType<typeof createOutage>;
  beforeEach(() => {
    clock = createManualClock();
    ask = Promise.withResolvers();
    asks = 0;
    outage = createOutage(clock, 2_000);
  });

  it('is none while the chain answers in time', async () => {
    const answer = through();
    clock.advance(1_999);
    ask.resolve('chain');
    expect(await answer).to.equal('chain');
  });

  it('begins when an answer is late: whoever comes then waits for nothing, and the chain is asked once', async () => {
    const first = through();
    clock.advance(2_000);
    expect(await first).to.equal('remembered');
    expect(await Promise.all([through(), through(), through()])).to.deep.equal(['remembered', 'remembered', 'remembered']);
    expect(asks).to.equal(1);
    ask.resolve('chain');
    await settle();
    expect(await through()).to.equal('chain');
  });

  it('goes on while each question ends without an answer, one question at a time', async () => {
    ask.reject(unreachable());
    expect(await through()).to.equal('remembered');
    ask = Promise.withResolvers();
    expect(await Promise.all([through(), through()])).to.deep.equal(['remembered', 'remembered']);
    expect(asks).to.equal(2);
    ask.reject(new HoldfastError('DEAL_UNKNOWN', { deal: `0x${'11'.repeat(32)}` as never }));
    await settle();
    await rejectsCoded(through(), 'DEAL_UNKNOWN');
  });

  it('is nothing to whom nothing is remembered of, and no refusal is taken for it', async () => {
    ask.reject(unreachable());
    const nothing = outage.through(
      () => ask.promise,
      () => undefined,
      signal,
    );
    await rejectsCoded(nothing, 'RPC_UNREACHABLE');
    ask = Promise.withResolvers();
    ask.reject(new HoldfastError('RPC_DISAGREES', { what: 'a', block: 1, one: 'b', oneSays: 'c', other: 'd', otherSays: 'e' }));
    outage = createOutage(clock, 2_000);
    await rejectsCoded(through(), 'RPC_DISAGREES');
  });

  it('keeps nobody who goes', async () => {
    const leaving = new AbortController();
    const answer = through('remembered', leaving.signal);
    leaving.abort(new Error('gone'));
    expect(await answer.then(String, String)).to.equal('Error: gone');
  });
});

describe('no RPC answers Bob', () => {
  const letter = contentOf(bytesOf('a letter', 3200));
  const photo = contentOf(bytesOf('a photo', 6400));
  const COUNT = 10;
  const COST = BigInt(COUNT * LEAF_BYTES);
  /** Milliseconds of a block, unless the daemon says otherwise. */
  const BLOCK = 12_000;
  let world: ProviderWorld;
  let alice: TestRenter;
  let isGone: boolean;

  const cut = (reader: SettlementReader): Pick<SettlementReader, 'head' | 'deal'> => ({
    head: async (until) => (isGone ? Promise.reject(unreachable()) : reader.head(until)),
    deal: async (id, until) => (isGone ? Promise.reject(unreachable()) : reader.deal(id, until)),
  });
  const wrapSettlement = (settlement: Settlement): Settlement => ({
    ...settlement,
    ...cut(settlement),
    agreed: { ...settlement.agreed, ...cut(settlement.agreed) },
  });
  const start = async (options: ProviderWorldOptions = {}): Promise<void> => {
    isGone = false;
    world = await createProviderWorld({ ...options, wrapSettlement });
    alice = await TestRenter.open({ ledger: world.ledger, provider: world.address });
    await alice.put(world.provider.service, [letter]);
    await liveTo(world.ledger, world.provider, 1, 8);
    isGone = true;
    world.clock.advance(defaultPolicy.authorizationTtl);
  };
  const read = (): Promise<unknown> => alice.read(world.provider.service, letter.sector, COUNT);
  const periodTime = (): number => world.ledger.parameters.periodBlocks * BLOCK;

  it('who held a deal then is let in and reads, lists and asks what is lost', async () => {
    await start();
    const { service } = world.provider;
    const who = [alice.peer, await alice.authorization()] as const;
    expect(await service.authorize(...who, signal)).to.deep.equal({ deal: alice.deal, hasData: true });
    await read();
    expect((await service.listSectors(...who, signal))?.signed.revision.number).to.equal(1n);
    expect((await service.egress(...who, signal)).served).to.equal(0);
    expect((await service.lostSectors(...who, { after: hashOf('before all'), most: 1 }, signal)).roots).to.deep.equal([]);
  });

  it('nothing is stored or signed, nor does a stranger get in, or who names another key', async () => {
    await start();
    const { service } = world.provider;
    const authorization = await alice.authorization();
    await read();
    await rejectsCoded(service.admitSector(alice.peer, authorization, photo.sector, signal), 'RPC_UNREACHABLE');
    await rejectsCoded(service.storeSector(alice.peer, authorization, photo.sector, photo.bytes, signal), 'RPC_UNREACHABLE');
    await rejectsCoded(alice.sign(service, await alice.request({ remove: [], append: [photo.sector] })), 'RPC_UNREACHABLE');
    const forged = { ...authorization, expires: period(authorization.expires + 1) };
    await rejectsCoded(service.authorize(alice.peer, forged, signal), 'RPC_UNREACHABLE');
    isGone = false;
    const unknown = await TestRenter.open({ ledger: world.ledger, provider: world.address, salt: 'another' });
    isGone = true;
    await rejectsCoded(service.authorize(unknown.peer, await unknown.authorization(), signal), 'RPC_UNREACHABLE');
  });

  it('for so many periods, and from the chain again once it answers', async () => {
    await start();
    world.clock.advance(defaultPolicy.outagePeriods * periodTime());
    await read();
    world.clock.advance(periodTime());
    await rejectsCoded(read(), 'RPC_UNREACHABLE');
    isGone = false;
    await read();
    await settle();
    await alice.chain.submit({ kind: 'setSigner', deal: alice.deal, signer: alice.chain.account });
    world.clock.advance(defaultPolicy.authorizationTtl);
    await rejectsCoded(read(), 'AUTHORIZATION_INVALID');
  });

  it('reads that are paid are paid for: by what the deal had when two RPCs last agreed on it', async () => {
    await start({ ask: { egressPrice: (2n ** 30n) as Wei }, policy: { egressCredit: 0 } });
    const { service } = world.provider;
    await rejectsCoded(read(), 'EGRESS_UNPAID');
    await alice.read(service, letter.sector, COUNT, await alice.voucher(COST));
    expect((await service.egress(alice.peer, await alice.authorization(), signal)).voucher?.amount).to.equal(COST);
    await rejectsCoded(alice.read(service, letter.sector, COUNT, await alice.voucher(10n ** 30n)), 'EGRESS_UNFUNDED');
  });
});
