import { expect } from 'chai';
import { Transaction } from 'ethers';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decideCount, decideShown } from '../../node/chain/transactions/decide-count.js';
import type { TransactionQueue } from '../../node/chain/transactions/queue.js';
import type { RpcProxy } from '../../scripts/lab/staging/rpc-proxy.js';
import { createSmallWorld, type SmallWorld } from '../support/rpc/small-world.js';

const STATE_GONE = { error: { code: -32_000, message: 'missing trie node' } };

describe('deciding which of two RPCs tells the count', () => {
  it('by the newest nonce that is known to be used: what is lower is a lie, of several the one without strangers', () => {
    expect(decideCount([0, 1], 0)).to.equal(1);
    expect(decideCount([0, 3], 0)).to.equal(3);
    expect(decideCount([1, 4], 0)).to.equal(1);
    expect(decideCount([6, 9], 4)).to.equal(5);
    expect(decideCount([0, 1], 5)).to.equal(6);
    expect(decideCount([], 5)).to.equal(6);
  });

  it('without one only where all who answer say the same', () => {
    expect([decideCount([2, 2], undefined), decideCount([0], undefined)]).to.deep.equal([2, 0]);
    expect([decideCount([0, 2], undefined), decideCount([], undefined)]).to.deep.equal([undefined, undefined]);
  });

  it('by what they show: the highest that is shown, unless a higher one may be true', () => {
    const [shown, made, open] = [true, false, undefined];
    const decide = (...claims: (readonly [number, boolean | undefined])[]) =>
      decideShown(claims.map(([count, isShown]) => ({ count, isShown })));
    expect(decide([1, shown], [4, made])).to.equal(1);
    expect(decide([1, shown], [4, shown])).to.equal(4);
    expect(decide([1, shown], [4, open])).to.equal(undefined);
    expect(decide([1, open], [4, shown])).to.equal(4);
    expect([decide([0, open], [2, made]), decide([0, open], [2, open])]).to.deep.equal([0, undefined]);
    expect([decide([1, made], [2, made]), decide()]).to.deep.equal([undefined, undefined]);
  });
});

describe('a daemon that has just started, and one of two RPCs lies about the nonce', function () {
  this.timeout(30_000);
  let world: SmallWorld;
  afterEach(async () => world.close());

  const begin = async (): Promise<readonly [RpcProxy, RpcProxy]> => {
    world = await createSmallWorld(2, { agreementPatienceMilliseconds: 0 });
    return world.proxies as [RpcProxy, RpcProxy];
  };
  const lie = (liar: RpcProxy, by: number): void => {
    liar.alter = ({ method, params }, result) =>
      method === 'eth_getTransactionCount' && params[1] !== 'pending' ? `0x${Math.max(0, Number(result) + by).toString(16)}` : result;
  };
  /** No RPC knows what was in the past, and none shows a block with what is in it. */
  const forgetPast = (): void =>
    world.bend(({ method, params }) => {
      if (method === 'eth_getTransactionCount' && String(params[1]).startsWith('0x') && Number(params[1]) < world.chain.head)
        return STATE_GONE;
      return method === 'eth_getBlockByNumber' && params[1] === true ? { result: null } : undefined;
    });
  const noncesHanded = (): number[] => [...new Set(world.chain.handed)].map((raw) => Transaction.from(raw).nonce);
  const prove = async (queue: TransactionQueue): Promise<void> => {
    const proof = queue.submit({ ...world.transfer, value: 2n, action: 'prove', priority: 'audit', repeatable: true });
    proof.catch(() => undefined);
    const before = world.chain.handed.length;
    await world.until('it is handed over', () => world.chain.handed.length > before);
    await world.minedWhile(proof);
  };

  for (const [place, by] of [
    [0, 3],
    [0, -1],
    [1, 3],
    [1, -1],
  ] as const)
    it(`${place === 0 ? 'the first' : 'the second'}, by ${by}: the nonce goes on from the newest that is on record`, async () => {
      const proxies = await begin();
      const before = await world.queue();
      await world.minedWhile(before.submit(world.transfer));
      await world.minedWhile(before.submit({ ...world.transfer, action: 'prove', priority: 'audit', repeatable: true }));
      await before.close();
      expect((await readdir(world.directory)).filter((name) => name.endsWith('.json'))).to.deep.equal(['newest-used.json']);
      const liar = proxies[place];
      lie(liar, by);
      forgetPast();
      await prove(await world.queue());
      expect(noncesHanded()).to.deep.equal([0, 1, 2]);
    });

  it('also from what is kept for its name', async () => {
    const [liar] = await begin();
    const before = await world.queue();
    await world.minedWhile(before.submit({ ...world.transfer, intention: 'open 1' }));
    await before.close();
    lie(liar, 3);
    forgetPast();
    await prove(await world.queue());
    expect(noncesHanded()).to.deep.equal([0, 1]);
  });

  for (const by of [3, -1])
    it(`by ${by}, and nothing is on record: the nonce is that of the RPC which shows what the account signed`, async () => {
      const [liar] = await begin();
      world.chain.admit(world.foreign(0));
      world.chain.mine(2);
      lie(liar, by);
      await prove(await world.queue());
      expect(noncesHanded()).to.deep.equal([1]);
      expect(world.chain.received(world.to)).to.equal(2n);
    });

  it('and the record of it cannot be read: that is told, and the daemon starts', async () => {
    await begin();
    const before = await world.queue();
    await world.minedWhile(before.submit({ ...world.transfer, repeatable: true }));
    await before.close();
    await writeFile(join(world.directory, 'newest-used.json'), '{');
    await prove(await world.queue());
    expect(world.log.events('warn')).to.include('transaction-newest-unreadable');
    expect(noncesHanded()).to.deep.equal([0, 1]);
  });
});
