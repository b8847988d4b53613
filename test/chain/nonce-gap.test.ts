import { expect } from 'chai';
import { Transaction } from 'ethers';
import { createSmallWorld, type SmallWorld } from '../support/rpc/small-world.js';

describe('a nonce that what is signed waits for and nothing uses any more', function () {
  this.timeout(60_000);
  let world: SmallWorld;
  afterEach(async () => world.close());

  const isSend = ({ method }: { readonly method: string }): boolean => method === 'eth_sendRawTransaction';
  const waits = (nonce: number): boolean => [...world.chain.pool.values()].some((one) => one.nonce === nonce);
  const nonces = (): number[] => [...new Set(world.chain.handed.map((raw) => Transaction.from(raw).nonce))];

  it('a reorg undoes two, one of them known to be mined, and the nodes forget both: both are mined again, with the same signature', async () => {
    world = await createSmallWorld();
    const queue = await world.queue();
    await world.minedWhile(queue.submit(world.transfer));
    const second = queue.submit({ ...world.transfer, value: 2n });
    await world.until('the second waits for a block', () => waits(1));
    world.chain.drop();
    world.chain.undo(world.chain.head);
    expect(world.chain.received(world.to)).to.equal(0n);
    await world.minedWhile(second);
    expect(world.chain.received(world.to)).to.equal(7n);
    expect(nonces()).to.deep.equal([0, 1]);
    expect(world.log.events('warn')).not.to.include('transaction-gap-filled');
  });

  it('an audit behind it is not held up', async () => {
    world = await createSmallWorld();
    const queue = await world.queue();
    await world.minedWhile(queue.submit(world.transfer));
    const audit = queue.submit({ ...world.transfer, value: 2n, priority: 'audit' });
    await world.until('the audit waits for a block', () => waits(1));
    world.chain.drop();
    world.chain.undo(world.chain.head);
    const head = world.chain.head;
    const { blockNumber } = await world.minedWhile(audit);
    expect(blockNumber).to.be.greaterThan(head);
    expect(world.chain.received(world.to)).to.equal(7n);
  });

  it('after a restart nobody knows what was there: nothing is transferred under it, once it has been open for four blocks', async () => {
    world = await createSmallWorld();
    const first = await world.queue();
    await world.minedWhile(first.submit(world.transfer));
    const second = first.submit({ ...world.transfer, value: 2n });
    second.catch(() => undefined);
    await world.until('the second waits for a block', () => waits(1));
    await first.close();
    world.chain.drop();
    world.chain.undo(world.chain.head);
    const again = await world.queue();
    const submitted = again.submit({ ...world.transfer, value: 2n });
    await world.until('it is handed over again', () => waits(1));
    for (let block = 0; block < 3; block++) await world.mineAndLook();
    expect(waits(0)).to.equal(false);
    await world.minedWhile(submitted);
    expect(world.chain.received(world.to)).to.equal(2n);
    expect(world.log.events('warn')).to.include('transaction-gap-filled');
  });

  it('what was undone is mined after all, under the nonce of what was signed since: that is signed anew, and nobody else has the key', async () => {
    world = await createSmallWorld();
    const queue = await world.queue();
    await world.minedWhile(queue.submit(world.transfer));
    const [raw] = world.chain.handed;
    world.chain.undo(world.chain.head);
    const second = queue.submit({ ...world.transfer, value: 2n });
    await world.until('the second waits for a block', () => waits(0));
    world.chain.admit(String(raw));
    await world.minedWhile(second);
    expect(world.chain.received(world.to)).to.equal(7n);
    expect(nonces()).to.deep.equal([0, 1]);
    expect(await queue.foreign()).to.equal(0);
  });

  it('an RPC that is behind for a block makes none', async () => {
    world = await createSmallWorld();
    const queue = await world.queue();
    await world.minedWhile(queue.submit(world.transfer));
    const second = queue.submit({ ...world.transfer, value: 2n });
    await world.until('the second waits for a block', () => waits(1));
    world.bend(({ method }) => (method === 'eth_getTransactionCount' ? { result: '0x0' } : undefined));
    await world.until('the count was asked for', () => world.log.events('info').includes('transaction-undone'));
    world.bend(() => undefined);
    await world.minedWhile(second);
    expect(world.chain.received(world.to)).to.equal(7n);
    expect(nonces()).to.deep.equal([0, 1]);
    expect(world.proxies.flatMap(({ methods }) => methods.filter((method) => isSend({ method })))).to.have.lengthOf.below(10);
  });

  it('of two RPCs, one that tells a count that is too low makes none', async () => {
    world = await createSmallWorld(2);
    const queue = await world.queue();
    await world.minedWhile(queue.submit(world.transfer));
    const [liar] = world.proxies;
    liar!.alter = ({ method }, result) => (method === 'eth_getTransactionCount' ? '0x0' : result);
    const second = queue.submit({ ...world.transfer, value: 2n });
    await world.until('the second waits for a block', () => waits(1));
    liar!.answer = ({ method }) => (method === 'eth_getTransactionReceipt' ? { result: null } : undefined);
    for (let block = 0; block < 6; block++) await world.mineAndLook();
    liar!.answer = () => undefined;
    await world.minedWhile(second);
    expect(world.log.events('warn')).not.to.include('transaction-gap-filled');
    expect(world.chain.received(world.to)).to.equal(7n);
  });
});
