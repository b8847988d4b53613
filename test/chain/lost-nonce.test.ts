import { expect } from 'chai';
import { Transaction } from 'ethers';
import { rejection } from '../support/coded-rejection.js';
import type { Call } from '../../scripts/lab/staging/rpc-proxy.js';
import { createSmallWorld, type SmallWorld } from '../support/rpc/small-world.js';

const isFullBlock = ({ method, params }: Call): boolean => method === 'eth_getBlockByNumber' && params[1] === true;
const isOldCount = ({ method, params }: Call): boolean => method === 'eth_getTransactionCount' && String(params[1]).startsWith('0x');
const nonces = (world: SmallWorld): number[] => [...new Set(world.chain.handed.map((raw) => Transaction.from(raw).nonce))];

describe('a transaction is lost only on proof', function () {
  this.timeout(60_000);
  let world: SmallWorld;
  afterEach(async () => world.close());

  for (const rpcs of [1, 2] as const)
    it(`the nonce is used and the receipt comes seven blocks later: five wei stay five, with ${rpcs} RPC${rpcs > 1 ? 's' : ''}`, async () => {
      world = await createSmallWorld(rpcs);
      world.bend(({ method }) => (method === 'eth_getTransactionReceipt' ? { result: null } : undefined));
      const submitted = (await world.queue()).submit(world.transfer);
      await world.until('it waits for a block', () => world.chain.pool.size > 0);
      for (let block = 0; block < 7; block++) await world.mineAndLook();
      expect(world.chain.received(world.to)).to.equal(5n);
      expect(world.log.events('alarm')).to.deep.equal(['transaction-unknown']);
      world.bend(() => undefined);
      expect((await submitted).blockNumber).to.equal(1);
      world.chain.mine(3);
      expect(nonces(world)).to.deep.equal([0]);
      expect(world.chain.received(world.to)).to.equal(5n);
    });

  it('what is unknown holds nothing up', async () => {
    world = await createSmallWorld();
    world.bend(({ method }) => (method === 'eth_getTransactionReceipt' ? { result: null } : undefined));
    const queue = await world.queue();
    const first = queue.submit(world.transfer);
    await world.until('it waits for a block', () => world.chain.pool.size > 0);
    await world.mineAndLook();
    const second = queue.submit({ ...world.transfer, value: 2n });
    await world.until('the next waits for a block', () => world.chain.pool.size > 0);
    world.bend(() => undefined);
    await world.minedWhile(Promise.all([first, second]));
    expect(nonces(world)).to.deep.equal([0, 1]);
    expect(world.chain.received(world.to)).to.equal(7n);
  });

  const lose = async (confirmations = 1, priority: 'audit' | 'normal' = 'normal'): Promise<{ readonly submitted: Promise<unknown> }> => {
    world.bend(({ method }) => (method === 'eth_sendRawTransaction' ? 'drop' : undefined));
    const submitted = (await world.queue({ confirmations })).submit({ ...world.transfer, priority });
    await world.until('it was tried', () => world.proxies[0]?.methods.includes('eth_sendRawTransaction') ?? false);
    world.chain.admit(world.foreign(0));
    world.bend(() => undefined);
    world.chain.mine();
    return { submitted };
  };

  it('another transaction seen mined under the nonce proves it lost, and it is signed anew, once', async () => {
    world = await createSmallWorld();
    world.chain.mine(1_000);
    const { submitted } = await lose();
    await world.minedWhile(submitted);
    expect(nonces(world).at(-1)).to.equal(1);
    expect(world.chain.received(world.to)).to.equal(5n);
    expect(world.log.events('info')).to.include('transaction-nonce-taken');
    const read = world.proxies[0]?.methods.filter((method) => method === 'eth_getTransactionCount').length ?? 0;
    expect(read).to.be.lessThan(30);
  });

  it('not before it is three blocks deep, for it might be undone', async () => {
    world = await createSmallWorld();
    const { submitted } = await lose();
    await world.mineAndLook();
    expect(world.log.events('info')).not.to.include('transaction-nonce-taken');
    await world.minedWhile(submitted);
    expect(world.log.events('info')).to.include('transaction-nonce-taken');
    expect(world.chain.received(world.to)).to.equal(5n);
  });

  it('an audit at once: it costs its gas twice at worst', async () => {
    world = await createSmallWorld();
    const { submitted } = await lose(1, 'audit');
    await world.until('it was signed anew', () => world.log.events('info').includes('transaction-nonce-taken'));
    await world.minedWhile(submitted);
    expect(world.chain.received(world.to)).to.equal(5n);
  });

  it('what can be wanted again is not signed anew by itself: whoever wants it looks first whether it is still to be done', async () => {
    world = await createSmallWorld();
    world.bend(({ method }) => (method === 'eth_sendRawTransaction' ? 'drop' : undefined));
    const queue = await world.queue();
    const submitted = rejection(queue.submit({ ...world.transfer, priority: 'audit', repeatable: true }), 'NONCE_TAKEN');
    await world.until('it was tried', () => world.proxies[0]?.methods.includes('eth_sendRawTransaction') ?? false);
    world.chain.admit(world.foreign(0));
    world.bend(() => undefined);
    world.chain.mine();
    expect((await submitted).data).to.include({ action: 'deposit', nonce: 0 });
    expect(await queue.foreign()).to.equal(1);
    world.chain.mine(3);
    expect(world.chain.received(world.to)).to.equal(0n);
  });

  it('counts what somebody else signs with the key, and neither its own nor what an RPC tells late of an earlier process', async () => {
    world = await createSmallWorld();
    const queue = await world.queue();
    expect(await queue.foreign()).to.equal(0);
    world.chain.admit(world.foreign(0));
    world.chain.mine();
    expect(await queue.foreign()).to.equal(0);
    world.chain.mine(8);
    await world.minedWhile(queue.submit(world.transfer));
    expect(await queue.foreign()).to.equal(0);
    for (const nonce of [2, 3]) world.chain.admit(world.foreign(nonce));
    world.chain.mine(2);
    expect(await queue.foreign()).to.equal(2);
    await world.minedWhile(queue.submit(world.transfer));
    expect(await queue.foreign()).to.equal(2);
    expect(nonces(world)).to.include.members([1, 4]);
  });

  it('says that a transaction was sent once a node has it or may have it, and not before', async () => {
    world = await createSmallWorld();
    let sent = 0;
    world.bend(({ method }) =>
      method === 'eth_sendRawTransaction' ? { error: { code: -32_000, message: 'insufficient funds for gas * price + value' } } : undefined,
    );
    const queue = await world.queue();
    const onSent = (): void => void (sent += 1);
    await rejection(queue.submit({ ...world.transfer, onSent }), 'TRANSACTION_REFUSED');
    expect(sent).to.equal(0);
    world.bend(({ method }) =>
      method === 'eth_sendRawTransaction' ? { error: { code: -32_000, message: 'request timed out' } } : undefined,
    );
    const submitted = queue.submit({ ...world.transfer, onSent });
    await world.until('it may have been sent', () => sent > 0);
    world.bend(() => undefined);
    await world.minedWhile(submitted);
    expect(sent).to.equal(1);
  });

  it('at the wanted depth', async () => {
    world = await createSmallWorld();
    const { submitted } = await lose(5);
    for (let block = 0; block < 3; block++) await world.mineAndLook();
    expect(world.log.events('info')).not.to.include('transaction-nonce-taken');
    await world.minedWhile(submitted);
    expect(world.chain.received(world.to)).to.equal(5n);
  });

  for (const rpcs of [1, 2] as const)
    it(`${rpcs === 1 ? 'an RPC that forgot old states is' : 'two RPCs that forgot old states are'} read block by block, and not set aside for it`, async () => {
      world = await createSmallWorld(rpcs);
      world.bend(({ method }) => (method === 'eth_sendRawTransaction' ? 'drop' : undefined));
      const submitted = (await world.queue()).submit(world.transfer);
      await world.until('it was tried', () => world.proxies[0]?.methods.includes('eth_sendRawTransaction') ?? false);
      world.chain.admit(world.foreign(0));
      world.chain.mine(40);
      world.log.lines.length = 0;
      world.bend((call) =>
        isOldCount(call) && Number(call.params[1]) < 40 ? { error: { code: -32_000, message: 'missing trie node' } } : undefined,
      );
      await world.minedWhile(submitted);
      expect(world.chain.received(world.to)).to.equal(5n);
      expect(world.log.lines.filter(({ facts }) => String(facts['reason']).includes('trie'))).to.deep.equal([]);
    });

  it('a foreign transaction that an RPC makes up proves nothing', async () => {
    world = await createSmallWorld();
    const forged = `0x${'ab'.repeat(32)}`;
    const bend = (call: Call): { result: unknown } | undefined => {
      if (call.method === 'eth_getTransactionReceipt') return { result: null };
      return undefined;
    };
    world.proxies.forEach((proxy) => {
      proxy.answer = bend;
      proxy.alter = (call, result) => {
        if (!isFullBlock(call)) return result;
        const block = result as { transactions: { hash: string }[] };
        return { ...block, transactions: block.transactions.map((one) => ({ ...one, hash: forged })) };
      };
    });
    const shown = new Map<unknown, object>();
    world.bend((call) => {
      if (call.method === 'eth_getTransactionByHash' && call.params[0] === forged) return { result: shown.get(forged) ?? null };
      return bend(call);
    });
    const submitted = (await world.queue()).submit(world.transfer);
    await world.until('it waits for a block', () => world.chain.pool.size > 0);
    const [own] = [...world.chain.pool.values()];
    shown.set(forged, { ...madeUp(own as Transaction), hash: forged });
    for (let block = 0; block < 4; block++) await world.mineAndLook();
    expect(world.proxies[0]?.methods).to.include('eth_getTransactionByHash');
    world.bend(() => undefined);
    world.proxies.forEach((proxy) => (proxy.alter = (_, result) => result));
    await world.minedWhile(submitted);
    expect(world.chain.received(world.to)).to.equal(5n);
  });

  it('what one of two RPCs shows does not count until the other shows it, and whoever waits learns of it', async () => {
    world = await createSmallWorld(2);
    const [, other] = world.proxies;
    if (other === undefined) throw new Error('two RPCs');
    other.answer = ({ method }) => (method === 'eth_getTransactionCount' ? { result: '0x0' } : undefined);
    world.proxies[0]!.answer = ({ method }) => (method === 'eth_sendRawTransaction' ? 'drop' : undefined);
    const hold = other.answer;
    other.answer = (call) => (call.method === 'eth_sendRawTransaction' ? 'drop' : hold(call));
    const told = rejection((await world.queue()).submit(world.transfer), 'RPC_DISAGREES');
    await world.until('it was tried', () => world.proxies.some(({ methods }) => methods.includes('eth_sendRawTransaction')));
    world.chain.admit(world.foreign(0));
    world.proxies[0]!.answer = () => undefined;
    await world.minedWhile(told);
    expect(world.chain.received(world.to)).to.equal(0n);
    expect(world.log.events('info')).not.to.include('transaction-nonce-taken');
  });
});

/** Fields of a mined transaction of the account that nobody signed. */
const madeUp = (own: Transaction): object => ({
  blockNumber: '0x1',
  blockHash: `0x${'11'.repeat(32)}`,
  transactionIndex: '0x0',
  from: own.from,
  to: own.to,
  nonce: `0x${own.nonce.toString(16)}`,
  type: '0x2',
  gas: '0x5208',
  gasPrice: '0x1',
  maxFeePerGas: '0x2',
  maxPriorityFeePerGas: '0x1',
  accessList: [],
  input: '0x',
  value: '0x1',
  chainId: '0x7a69',
  yParity: '0x0',
  v: '0x0',
  r: own.signature?.r,
  s: own.signature?.s,
});
