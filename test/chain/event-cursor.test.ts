import { expect } from 'chai';
import fc from 'fast-check';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bookText } from '../../node/app/book/book.js';
import {
  createEventCursor,
  type CursorSource,
  type CursorStep,
  type CursorStore,
  type Waypoint,
} from '../../node/chain/index/event-cursor.js';
import { createSettlement } from '../../node/chain/settlement.js';
import { createSettlementReader } from '../../node/chain/settlement-reader.js';
import { HoldfastError } from '../../node/core/errors/holdfast-error.js';
import { addressOf } from '../../node/core/keys/signing.js';
import { blockNumber, leaves, period, wei, type DealId, type Hash } from '../../node/core/units.js';
import type { Settlement } from '../../node/ports/settlement.js';
import { actor, hashOf } from '../support/worlds/actors.js';
import { startAnvil, testKeys, type TestChain } from '../support/rpc/anvil.js';
import { startChild } from '../support/child-process.js';
import { startRpcProxy } from '../../scripts/lab/staging/rpc-proxy.js';
import { temporaryDirectory } from '../support/temporary-directory.js';
import { deployOn } from './market-world.js';

interface Block {
  readonly hash: Hash;
  readonly events: readonly string[];
}

/** A chain of named blocks that can be cut and grown otherwise; it refuses ranges over `widest`. */
class PaperChain implements CursorSource<string> {
  readonly blocks: Block[] = [];
  widest = Infinity;
  readonly asked: number[] = [];
  private made = 0;

  grow(count: number): void {
    for (let made = 0; made < count; made++) {
      const name = `block ${++this.made}`;
      this.blocks.push({ hash: hashOf(name), events: this.made % 3 === 0 ? [] : [`${name} a`, `${name} b`] });
    }
  }
  cut(count: number): void {
    this.blocks.splice(Math.max(1, this.blocks.length - count));
  }
  head: CursorSource<string>['head'] = async () => {
    const block = this.blocks.length - 1;
    return { block: blockNumber(block), hash: (this.blocks[block] as Block).hash, timestamp: 0 };
  };
  blockHash: CursorSource<string>['blockHash'] = async (block) => this.blocks[block]?.hash;
  events: CursorSource<string>['events'] = async (from, to) => {
    this.asked.push(to - from + 1);
    if (to - from + 1 > this.widest)
      throw new HoldfastError('RPC_REFUSED', { url: 'paper', method: 'eth_getLogs', reason: 'range too wide' });
    return this.blocks.slice(from, to + 1).flatMap(({ events }) => events);
  };
  all(from: number): string[] {
    return this.blocks.slice(from).flatMap(({ events }) => events);
  }
}

/** A reader whose memory is what it last stored together with the way. */
class Ledger implements CursorStore {
  private stored: { way: readonly Waypoint[]; seen: readonly { block: number; event: string }[] } = { way: [], seen: [] };
  private seen: readonly { block: number; event: string }[] = [];

  load = async (): Promise<readonly Waypoint[]> => {
    this.seen = this.stored.seen;
    return this.stored.way;
  };
  save = async (way: readonly Waypoint[]): Promise<void> => {
    this.stored = { way, seen: this.seen };
  };
  take(step: CursorStep<string>, chain: PaperChain): void {
    const kept = step.kind === 'rewind' ? step.to : step.from - 1;
    const blockOf = (event: string): number => chain.blocks.findIndex(({ events }) => events.includes(event));
    const fresh = step.kind === 'events' ? step.events.map((event) => ({ block: blockOf(event), event })) : [];
    this.seen = [...this.seen.filter(({ block }) => block <= kept), ...fresh];
  }
  get events(): string[] {
    return this.stored.seen.map(({ event }) => event);
  }
}

describe('event cursor', () => {
  const start = blockNumber(2);

  it('has read exactly the events of the present chain, whatever reorgs and crashes came between', async () => {
    const happening = fc.oneof(
      fc.record({ kind: fc.constant('grow' as const), blocks: fc.integer({ min: 1, max: 30 }) }),
      fc.record({ kind: fc.constant('reorg' as const), blocks: fc.integer({ min: 1, max: 25 }) }),
      fc.record({ kind: fc.constant('read' as const), blocks: fc.integer({ min: 1, max: 4 }) }),
      fc.record({ kind: fc.constant('crash' as const), blocks: fc.constant(0) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(happening, { maxLength: 25 }), fc.integer({ min: 1, max: 9 }), async (story, widest) => {
        const chain = new PaperChain();
        chain.grow(5);
        chain.widest = widest;
        const ledger = new Ledger();
        const open = async () => createEventCursor({ source: chain, store: ledger, start, rangeBlocks: 16, waypoints: 4 });
        let cursor = await open();
        const advance = async (steps: number): Promise<void> => {
          for (let taken = 0; taken < steps; taken++) {
            const step = await cursor.next();
            if (step === undefined) return;
            ledger.take(step, chain);
            await cursor.commit(step);
          }
        };
        for (const { kind, blocks } of story) {
          if (kind === 'grow') chain.grow(blocks);
          else if (kind === 'reorg') {
            chain.cut(blocks);
            chain.grow(blocks + 1);
          } else if (kind === 'read') await advance(blocks);
          else {
            const step = await cursor.next();
            if (step !== undefined) ledger.take(step, chain);
            cursor = await open();
          }
        }
        await advance(1_000);
        expect(ledger.events).to.deep.equal(chain.all(start));
      }),
      { numRuns: 200 },
    );
  });

  it('halves its ranges while the node refuses them, and widens them again', async () => {
    const chain = new PaperChain();
    chain.grow(200);
    chain.widest = 3;
    const ledger = new Ledger();
    const cursor = await createEventCursor({ source: chain, store: ledger, start, rangeBlocks: 64 });
    const advance = async (): Promise<void> => {
      const step = await cursor.next();
      if (step === undefined) return;
      ledger.take(step, chain);
      await cursor.commit(step);
    };
    await advance();
    expect(chain.asked).to.deep.equal([64, 32, 16, 8, 4, 2]);
    chain.widest = Infinity;
    for (let step = 0; step < 7; step++) await advance();
    expect(chain.asked.slice(6)).to.deep.equal([4, 8, 16, 32, 64, 64, 8]);
    expect(ledger.events).to.deep.equal(chain.all(start));
    chain.grow(1);
    chain.widest = 0;
    const refusal = await cursor.next().catch((error: unknown) => error);
    expect(refusal).to.have.property('code', 'RPC_REFUSED');
  });

  it('does not take events of a chain that was replaced while it asked', async () => {
    const chain = new PaperChain();
    chain.grow(10);
    const ledger = new Ledger();
    const cursor = await createEventCursor({ source: chain, store: ledger, start, rangeBlocks: 64 });
    const events = chain.events;
    chain.events = async (from, to) => {
      const old = await events(from, to);
      chain.events = events;
      chain.cut(4);
      chain.grow(5);
      return old;
    };
    const step = await cursor.next();
    expect(step).to.deep.include({ kind: 'events', events: chain.all(start) });
  });
});

describe('index of deals', function () {
  this.timeout(90_000);
  const alice = addressOf(testKeys[1]);
  const bob = actor('bob');
  let chain: TestChain;
  let folder: Awaited<ReturnType<typeof temporaryDirectory>>;
  let book: Awaited<ReturnType<typeof deployOn>>;
  let renter: Settlement;

  const open = async (...salts: string[]): Promise<readonly DealId[]> => {
    const terms = {
      provider: bob.address,
      signer: alice,
      maxPrice: wei(1n),
      maxEgressPrice: wei(1n),
      maxEgress: wei(0n),
      maxEnd: period(100),
      maxLeaves: leaves(10),
    };
    const requests = salts.map((salt) => ({ ...terms, salt: hashOf(salt), escrow: wei(10n ** 16n) }));
    const { events } = await renter.submit({ kind: 'open', requests });
    return events.filter(({ name }) => name === 'DealOpened').map(({ args }) => args['deal'] as DealId);
  };

  beforeEach(async () => {
    chain = await startAnvil();
    folder = await temporaryDirectory();
    book = await deployOn(chain);
    const common = { rpcUrl: chain.url, book, pollMilliseconds: 10 };
    const rich = await createSettlement({ ...common, signerKey: testKeys[0], directory: join(folder.path, 'rich') });
    await rich.submit({ kind: 'sendToken', to: alice, amount: wei(10n ** 20n) });
    await rich.submit({ kind: 'sendCoin', to: bob.address, amount: (10n ** 18n) as never });
    await rich.close();
    const provider = await createSettlement({ ...common, signerKey: hashOf('bob'), directory: join(folder.path, 'bob') });
    const ask = { price: wei(1n), egressPrice: wei(1n), minLeaves: leaves(1), maxLeaves: leaves(10), maxPeriods: 1_000 };
    const peerId = '12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN';
    await provider.submit({ kind: 'register', operator: bob.address, peerId, addresses: ['/memory/bob'], ask, lockLimit: wei(0n) });
    await provider.close();
    renter = await createSettlement({ ...common, signerKey: testKeys[1], directory: join(folder.path, 'alice') });
    await renter.submit({ kind: 'approve', amount: wei(10n ** 20n) });
  });
  afterEach(async () => {
    await renter.close();
    await chain.stop();
    await folder.remove();
  });

  it('forgets deals that a reorg took away and finds those of the new chain', async () => {
    const [first] = await open('one');
    const [second, third] = await open('two', 'three');
    expect(await renter.dealIdsOf('renter', alice)).to.deep.equal([first, second, third]);
    await chain.rpc('anvil_reorg', 1, []);
    expect(await renter.dealIdsOf('renter', alice)).to.deep.equal([first]);
    const [fourth] = await open('four');
    expect(await renter.dealIdsOf('renter', alice)).to.deep.equal([first, fourth]);
    expect(await renter.dealIdsOf('provider', bob.address)).to.deep.equal([first, fourth]);
  });

  it('goes on where a killed process was, across a reorg that came meanwhile', async () => {
    const ids = [...(await open('one'))];
    await chain.rpc('anvil_mine', '0x32');
    ids.push(...(await open('two')));
    await chain.rpc('anvil_mine', '0x32');
    await open('lost');
    const proxy = await startRpcProxy(chain.url);
    const ranges: { readonly from: number; readonly to: number }[] = [];
    let passes = 9;
    proxy.answer = ({ method, params }) => {
      const { address, fromBlock, toBlock } = (params[0] ?? {}) as { address?: string | string[]; fromBlock?: string; toBlock?: string };
      // Those of the deals: the registry is read as well.
      if (method !== 'eth_getLogs' || ![address].flat().includes(book.market)) return undefined;
      ranges.push({ from: Number(fromBlock), to: Number(toBlock) });
      return passes-- > 0 ? undefined : 'drop';
    };
    const script = ['--conditions=holdfast-source', '--import', 'tsx', join(import.meta.dirname, 'index-child.ts')];
    const bookPath = join(folder.path, 'book.json');
    await writeFile(bookPath, bookText(book));
    const terms = [proxy.url, bookPath, alice, join(folder.path, 'index')];
    const killed = await startChild(process.execPath, [...script, ...terms]);
    await killed.printed(/rpc-unreachable/, 30_000);
    await killed.stop();
    // A range is asked for again from its last log on, until nothing new comes: it is done with all of it or nothing.
    const reached = ranges.find(({ to }) => to === ranges.at(-1)?.to)?.from;
    expect(reached).to.be.greaterThan(ranges[0]?.from ?? Infinity);
    expect(ranges.length).to.be.greaterThan(8);

    await chain.rpc('anvil_reorg', 1, []);
    ids.push(...(await open('three')));
    passes = Infinity;
    ranges.length = 0;
    const next = await startChild(process.execPath, [...script, ...terms]);
    const [, printed] = await next.printed(/ids (.*)\n/, 30_000);
    await next.stop();
    await proxy.stop();
    expect(printed?.split(',')).to.deep.equal(ids);
    expect(ranges[0]?.from).to.equal(reached);
  });

  it('reads nothing twice in a process that stays', async () => {
    const reader = await createSettlementReader({ rpcUrl: chain.url, book });
    const ids = await open('one');
    expect(await Promise.all([reader.dealIdsOf('renter', alice), reader.dealIdsOf('renter', alice)])).to.deep.equal([ids, ids]);
    reader.close();
  });
});
