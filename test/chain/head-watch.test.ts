import { expect } from 'chai';
import { decideHead, withHead, type HeadFacts, type HeadHistory } from '../../node/chain/decide-head.js';
import { watchHead } from '../../node/chain/head-watch.js';
import { readHead } from '../../node/chain/index/log-source.js';
import { blockNumber } from '../../node/core/units.js';
import { createManualClock, type ManualClock } from '../support/manual-clock.js';
import { createRecordedMetrics } from '../support/recorded-metrics.js';
import { createSmallWorld, type SmallWorld } from '../support/rpc/small-world.js';

const at = (block: number, timestamp: number) => ({ block: blockNumber(block), timestamp });

describe('what is wrong with the head', () => {
  const NOW = 1_700_000_000_000;
  const decide = (history: Partial<HeadHistory>, facts: Partial<HeadFacts> = {}) =>
    decideHead({
      history: { head: at(7, NOW / 1_000), newAt: NOW, repeats: 0, ...history },
      now: NOW,
      blockMilliseconds: 12_000,
      isTimed: true,
      ...facts,
    });

  it('nothing, while blocks come in time', () => {
    expect(decide({})).to.equal(undefined);
    expect(decide({ newAt: NOW - 59_000 })).to.equal(undefined);
    expect(decide({ head: at(7, NOW / 1_000 - 59) })).to.equal(undefined);
    expect(decide({ head: at(7, NOW / 1_000 + 15) })).to.equal(undefined);
  });

  it('it stands after five block times, and thirty seconds at least', () => {
    expect(decide({ newAt: NOW - 60_000 })).to.deep.equal({ kind: 'standing', seconds: 60 });
    expect(decide({ newAt: NOW - 29_999 }, { blockMilliseconds: 1_000 })).to.equal(undefined);
    expect(decide({ newAt: NOW - 30_000, head: undefined }, { blockMilliseconds: 1_000 })).to.deep.equal({ kind: 'standing', seconds: 30 });
  });

  it('its time is long past or to come, where blocks carry the time of clocks', () => {
    const [past, ahead] = [{ head: at(7, NOW / 1_000 - 3_600) }, { head: at(7, NOW / 1_000 + 16) }];
    expect(decide(past)).to.deep.equal({ kind: 'past', seconds: 3_600 });
    expect(decide(ahead)).to.deep.equal({ kind: 'ahead', seconds: 16 });
    expect([decide(past, { isTimed: false }), decide(ahead, { isTimed: false })]).to.deep.equal([undefined, undefined]);
    // A block that was in time, and after which none came yet, has not become late by that.
    expect(decide({ head: at(7, NOW / 1_000 - 80), newAt: NOW - 50_000 })).to.equal(undefined);
  });

  it('an answer that is no higher tells of nothing new', () => {
    const first = withHead({ head: undefined, newAt: 1, repeats: 0 }, at(7, 100), 2);
    expect(first).to.deep.equal({ head: at(7, 100), newAt: 2, repeats: 0 });
    const third = withHead(withHead(first, at(7, 100), 3), at(6, 99), 4);
    expect(third).to.deep.equal({ head: at(7, 100), newAt: 2, repeats: 2 });
    expect(withHead(third, at(8, 112), 5)).to.deep.equal({ head: at(8, 112), newAt: 5, repeats: 0 });
  });
});

describe('the head of a chain is watched', function () {
  this.timeout(60_000);
  let world: SmallWorld;
  let clock: ManualClock;
  let answers: number;
  const stop = { now: () => undefined as void };
  const metrics = createRecordedMetrics();
  beforeEach(async () => {
    world = await createSmallWorld();
    clock = createManualClock(1_700_000_000_000);
    const signal = new AbortController();
    answers = 0;
    const reader = {
      head: async () => {
        const head = await readHead(world.rpc);
        answers++;
        return head;
      },
    };
    const watching = watchHead({ reader, clock, log: world.log, metrics, blockMilliseconds: 12_000, isTimed: true }, signal.signal);
    stop.now = () => {
      signal.abort();
      void watching;
    };
  });
  afterEach(async () => {
    stop.now();
    await world.close();
  });

  const alarms = (): readonly [string, unknown][] =>
    world.log.lines.filter(({ level }) => level === 'alarm').map(({ event, facts }) => [event, facts['seconds']]);
  const looked = async (times: number): Promise<void> => {
    await world.until('it has its answer', () => answers >= times);
    await new Promise((resolve) => setImmediate(resolve));
  };
  /** So many block times, in each of which the watch looks once and gets its answer. */
  const pass = async (blockTimes: number, each: () => void = () => undefined): Promise<void> => {
    for (let block = 0; block < blockTimes; block++) {
      const before = answers;
      each();
      clock.advance(12_000);
      await looked(before + 1);
    }
  };

  it('a chain that stands is alarmed once, and told of when it moves', async () => {
    await looked(1);
    await pass(8);
    expect(alarms()).to.deep.equal([['head-standing', 60]]);
    expect(world.log.lines.find(({ level }) => level === 'alarm')?.facts['repeats']).to.be.greaterThan(2);
    expect(metrics.value('holdfast_head_age_seconds')).to.equal(96);
    world.chain.mine(100);
    await pass(2);
    expect(world.log.events('info')).to.include('head-moving');
    expect(alarms()).to.have.length(1);
  });

  it('an RPC that hangs is a chain that stands', async () => {
    await looked(1);
    await pass(1);
    world.bend(() => 'hang');
    for (let block = 0; block < 8; block++) {
      clock.advance(12_000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(alarms().map(([event]) => event)).to.deep.equal(['head-standing']);
  });

  it('blocks of an hour ago, and blocks of the future, are alarmed', async () => {
    await looked(1);
    clock.advance(3_600_000);
    await looked(2);
    await pass(3, () => world.chain.mine());
    expect(alarms().map(([event]) => event)).to.include('head-past');
    world.chain.mine(10_000);
    await pass(2, () => world.chain.mine());
    expect(alarms().at(-1)?.[0]).to.equal('head-ahead');
  });
});
