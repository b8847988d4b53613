import { expect } from 'chai';
import { createSmallWorld, type SmallWorld } from '../support/rpc/small-world.js';

describe('transactions that somebody else signs with the key', function () {
  this.timeout(20_000);
  let world: SmallWorld;
  afterEach(async () => world.close());

  it('are counted by what two RPCs say: one that tells of more pauses nothing', async () => {
    world = await createSmallWorld(2, { agreementPatienceMilliseconds: 0 });
    const queue = await world.queue();
    expect(await queue.foreign()).to.equal(0);
    await world.minedWhile(queue.submit(world.transfer));
    world.chain.mine(10);
    expect(await queue.foreign()).to.equal(0);
    const [liar] = world.proxies;
    if (liar === undefined) throw new Error('two RPCs');
    liar.alter = ({ method }, result) => (method === 'eth_getTransactionCount' ? `0x${(Number(result) + 3).toString(16)}` : result);
    expect(await queue.foreign()).to.equal(0);
    liar.alter = (_, result) => result;
    world.chain.admit(world.foreign(1));
    world.chain.mine(2);
    expect(await queue.foreign(), 'and still of what is there').to.equal(1);
  });

  it('are counted by the other where one of two is silent', async () => {
    world = await createSmallWorld(2, { agreementPatienceMilliseconds: 0 });
    const queue = await world.queue();
    expect(await queue.foreign()).to.equal(0);
    world.chain.mine(10);
    const [silent] = world.proxies;
    if (silent === undefined) throw new Error('two RPCs');
    silent.answer = () => 'drop';
    world.chain.admit(world.foreign(0));
    world.chain.mine(2);
    expect(await queue.foreign()).to.equal(1);
  });
});
