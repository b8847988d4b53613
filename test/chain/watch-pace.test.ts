import { expect } from 'chai';
import { mostLag, watchPace } from '../../node/app/wallet-session.js';
import type { RpcProxy } from '../../scripts/lab/staging/rpc-proxy.js';
import { createSmallWorld, type SmallWorld } from '../support/rpc/small-world.js';

const windowOf = (blockMilliseconds: number, windowBlocks: number) => ({ blockMilliseconds, parameters: { windowBlocks } });

describe('how soon an RPC that stands still is found out', function () {
  this.timeout(30_000);

  it('depends on the window: looks at all RPCs, and blocks that one may lag', () => {
    const [ethereum, devnet, shortest] = [windowOf(12_000, 1_800), windowOf(500, 20), windowOf(100, 5)];
    expect([ethereum, devnet, shortest].map(watchPace)).to.deep.equal([15_000, 625, 250]);
    expect([ethereum, devnet, shortest].map(mostLag)).to.deep.equal([8, 5, 2]);
    expect(mostLag(windowOf(500, 36))).to.equal(8);
    expect(mostLag(windowOf(500, 4))).to.equal(2);
  });

  describe('on a network with the blocks of the devnet', () => {
    let world: SmallWorld;
    afterEach(async () => world.close());

    it('a standing one costs less than half of a window: then heads come from the other', async () => {
      const devnet = windowOf(500, 20);
      world = await createSmallWorld(2, { watchMilliseconds: watchPace(devnet), maxLagBlocks: mostLag(devnet) });
      const [stands] = world.proxies as [RpcProxy, RpcProxy];
      const old = `0x${world.chain.head.toString(16)}`;
      stands.answer = ({ method }) => (method === 'eth_blockNumber' ? { result: old } : undefined);
      const seen = (): Promise<number> => world.rpc.read(async () => world.rpc.provider.getBlockNumber());
      let blocks = 0;
      while ((await seen()) < world.chain.head || blocks === 0) {
        world.chain.mine();
        blocks++;
        const next = Date.now() + devnet.blockMilliseconds;
        while (Date.now() < next) await seen().then(() => new Promise((resolve) => setTimeout(resolve, 50)));
        if (blocks > 20) break;
      }
      expect(blocks).to.be.within(mostLag(devnet), 10);
    });
  });
});
