import { expect } from 'chai';
import { Transaction } from 'ethers';
import { createSmallWorld, type SmallWorld } from '../support/rpc/small-world.js';

describe('a nonce is what two RPCs agree on', function () {
  this.timeout(20_000);
  let world: SmallWorld;
  afterEach(async () => world.close());

  for (const [what, by] of [
    ['too low', -1],
    ['too high', 3],
  ] as const)
    it(`one of them tells one that is ${what}: the next proof goes out under the true one`, async () => {
      world = await createSmallWorld(2, { agreementPatienceMilliseconds: 0 });
      const queue = await world.queue();
      await world.minedWhile(queue.submit(world.transfer));
      const [liar] = world.proxies;
      if (liar === undefined) throw new Error('two RPCs');
      let lies = 0;
      liar.alter = ({ method, params }, result) => {
        if (method !== 'eth_getTransactionCount' || params[1] === 'pending') return result;
        lies++;
        return `0x${(Number(result) + by).toString(16)}`;
      };
      const proof = queue.submit({ ...world.transfer, value: 2n, action: 'prove', priority: 'audit' });
      proof.catch(() => undefined);
      const handed = (): number[] => [...new Set(world.chain.handed)].map((raw) => Transaction.from(raw).nonce);
      await world.until('it waits for a block', () => handed().length > 1);
      expect(handed()).to.deep.equal([0, 1]);
      expect(lies).to.be.greaterThan(0);
      liar.alter = (_, result) => result;
      await world.minedWhile(proof);
      expect(world.chain.received(world.to)).to.equal(7n);
    });
});
