import { expect } from 'chai';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TransactionQueue } from '../../node/chain/transactions/queue.js';
import { blockNumber } from '../../node/core/units.js';
import { rejection } from '../support/coded-rejection.js';
import type { RpcProxy } from '../../scripts/lab/staging/rpc-proxy.js';
import { createSmallWorld, type SmallWorld } from '../support/rpc/small-world.js';

describe('what is wanted is done once', function () {
  this.timeout(60_000);
  let world: SmallWorld;
  afterEach(async () => world.close());

  const isInPool = (): boolean => world.chain.pool.size > 0;
  const records = async (): Promise<string[]> =>
    (await readdir(world.directory)).filter((name) => name.endsWith('.json') && name !== 'newest-used.json').sort();
  const deposit = (intention?: string) => ({ ...world.transfer, ...(intention === undefined ? {} : { intention }) });
  /** A process that asks for a deposit and ends before it is mined. */
  const interrupted = async (intention?: string): Promise<void> => {
    const queue = await world.queue({ closeMilliseconds: 0 });
    const told = queue.submit(deposit(intention)).catch(() => undefined);
    await world.until('it waits for a block', isInPool);
    await queue.close();
    await told;
  };
  const ask = async (queue: TransactionQueue, intention?: string): Promise<string> =>
    (await world.minedWhile(queue.submit(deposit(intention)))).hash;

  it('two who ask under one intention get one receipt, and another call under it is refused', async () => {
    world = await createSmallWorld();
    const queue = await world.queue();
    const both = Promise.all([queue.submit(deposit('deposit 1')), queue.submit(deposit('deposit 1'))]);
    const error = await rejection(queue.submit({ ...deposit('deposit 1'), value: 6n }), 'INTENTION_CHANGED');
    expect(error.data).to.include({ intention: 'deposit 1', former: 'deposit' });
    const [one, other] = await world.minedWhile(both);
    expect(one.hash).to.equal(other.hash);
    expect(world.chain.received(world.to)).to.equal(5n);
  });

  it('a later process that asks under the intention of one that is done is answered with its receipt', async () => {
    world = await createSmallWorld();
    const first = await world.queue();
    const hash = await ask(first, 'deposit 1');
    await first.close();
    world.chain.mine(10_000);
    const later = await world.queue();
    expect((await later.submit(deposit('deposit 1'))).hash).to.equal(hash);
    expect((await later.submit(deposit('deposit 1'))).hash).to.equal(hash);
    expect(await ask(later, 'deposit 2')).not.to.equal(hash);
    expect(world.chain.received(world.to)).to.equal(10n);
  });

  it('so many are kept as the option says, the newest', async () => {
    world = await createSmallWorld();
    const queue = await world.queue({ keptIntentions: 2 });
    for (const name of ['1', '2', '3', '4']) await ask(queue, `deposit ${name}`);
    await ask(queue);
    const kept = await Promise.all((await records()).map(async (name) => readFile(join(world.directory, name), 'utf8')));
    expect(kept.map((text) => (JSON.parse(text) as { intention: string }).intention)).to.deep.equal(['deposit 3', 'deposit 4']);
  });

  for (const intention of [undefined, 'deposit 1'])
    it(`a command that was interrupted is finished by the same one given again, ${intention === undefined ? 'without' : 'with'} an intention`, async () => {
      world = await createSmallWorld();
      await interrupted(intention);
      const again = await world.queue();
      await ask(again, intention);
      expect(world.chain.received(world.to)).to.equal(5n);
      expect(await records()).to.have.length(intention === undefined ? 0 : 1);
    });

  it('also when it was mined in a third process that wanted something else, hours ago', async () => {
    world = await createSmallWorld();
    await interrupted();
    const other = await world.queue();
    await world.minedWhile(other.submit({ ...world.transfer, value: 1n }));
    await other.close();
    world.chain.mine(3_000);
    const again = await world.queue();
    await again.submit(deposit());
    expect(world.chain.received(world.to)).to.equal(6n);
    await ask(again);
    expect(world.chain.received(world.to)).to.equal(11n);
  });

  it('but not for ever: after as many blocks as the option says it is a new one', async () => {
    world = await createSmallWorld();
    await interrupted();
    world.chain.mine();
    const other = await world.queue();
    await world.minedWhile(other.submit({ ...world.transfer, value: 1n }));
    world.chain.mine(40);
    await other.close();
    const again = await world.queue({ claimBlocks: 32 });
    await ask(again);
    expect(world.chain.received(world.to)).to.equal(11n);
  });

  it('what does no harm twice is sent again, for the state may have changed since', async () => {
    world = await createSmallWorld();
    const allowance = { ...world.transfer, action: 'approve', repeatable: true };
    const first = await world.queue({ closeMilliseconds: 0 });
    const told = first.submit(allowance).catch(() => undefined);
    await world.until('it waits for a block', isInPool);
    await first.close();
    await told;
    const other = await world.queue();
    await world.minedWhile(other.submit({ ...world.transfer, value: 1n }));
    await world.minedWhile(other.submit(allowance));
    expect(world.chain.received(world.to)).to.equal(11n);
  });

  it('whoever was told of a disagreement and asks again gets the first', async () => {
    world = await createSmallWorld(2);
    const [one, other] = world.proxies as [RpcProxy, RpcProxy];
    const queue = await world.queue();
    const told = rejection(queue.submit(deposit()), 'RPC_DISAGREES');
    await world.until('it waits for a block', isInPool);
    one.answer = ({ method }) => {
      if (method === 'eth_getTransactionCount') return { result: '0x9' };
      return method === 'eth_getTransactionReceipt' ? { result: null } : undefined;
    };
    other.answer = ({ method }) => (method === 'eth_getTransactionReceipt' ? { result: null } : undefined);
    await world.minedWhile(told);
    world.bend(() => undefined);
    await ask(queue);
    expect(world.chain.received(world.to)).to.equal(5n);
  });

  it('one given up for its deadline is done for whoever asks again without one', async () => {
    world = await createSmallWorld();
    const first = await world.queue({ closeMilliseconds: 0 });
    const told = first.submit({ ...deposit('deposit 1'), deadline: blockNumber(3) }).catch(() => undefined);
    await world.until('it waits for a block', isInPool);
    world.chain.drop();
    world.chain.mine(3);
    await world.until('it was replaced by nothing', () => world.log.events('info').includes('transaction-replaced'));
    await first.close();
    await told;
    const again = await world.queue();
    await ask(again, 'deposit 1');
    expect(world.chain.received(world.to)).to.equal(5n);
  });

  it('a record of the first version is finished', async () => {
    world = await createSmallWorld();
    await interrupted();
    const [name = ''] = await records();
    const { id, action, priority, deadline, attempts } = JSON.parse(await readFile(join(world.directory, name), 'utf8')) as Record<
      string,
      unknown
    >;
    await mkdir(world.directory, { recursive: true });
    await writeFile(join(world.directory, name), JSON.stringify({ version: 1, id, action, priority, deadline, attempts }));
    await ask(await world.queue());
    expect(world.chain.received(world.to)).to.equal(5n);
    expect(await records()).to.deep.equal([]);
  });
});
