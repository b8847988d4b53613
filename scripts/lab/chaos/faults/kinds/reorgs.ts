import { blockNumber } from '../../../../../node/core/units.js';
import { insist, type Fault } from '../fault.js';
import { TOKEN } from '../world/terms.js';
import type { ChaosWorld } from '../world/world.js';

/** Replaces the newest `depth` blocks by empty ones; what they held is gone from everywhere. */
const reorg = async ({ lane }: ChaosWorld, depth: number): Promise<void> => void (await lane.rpc('anvil_reorg', depth, []));

/** The deepest reorganization. */
const DEEPEST = 30;

export const reorgs: readonly Fault[] = [
  {
    name: 'a reorg undoes a proof',
    run: async (world, signal) => {
      await world.start();
      await world.stored();
      const period = await world.proveNext();
      await reorg(world, 4);
      insist(!(await world.proven(period)), 'the proof stayed');
      await world.lane.until('it is proven again', () => world.proven(period), signal);
    },
  },
  {
    name: 'a reorg replaces the block that draws',
    run: async (world, signal) => {
      const { lane, chain } = world;
      await world.start();
      await world.stored();
      const period = await world.proveNext();
      const first = blockNumber(lane.firstBlock(period));
      const before = await chain.blockHash(first);
      await reorg(world, (await lane.moment()).offset + 3);
      insist((await chain.blockHash(first)) !== before, 'the draw stayed');
      await lane.until('it is proven by the new draw', () => world.proven(period), signal);
    },
  },
  {
    name: 'a reorg replaces the draw while the proof is on its way',
    run: async (world, signal) => {
      const { lane } = world;
      await world.start();
      await world.stored();
      const period = await lane.toNext(3);
      await lane.waiting(signal);
      await reorg(world, (await lane.moment()).offset + 2);
      await lane.until('it is proven by the new draw', () => world.proven(period), signal);
    },
  },
  {
    name: 'a reorg of thirty blocks undoes a commit',
    run: async (world, signal) => {
      const { lane } = world;
      await world.start();
      const tenant = await world.tenant();
      await lane.mine(DEEPEST);
      await tenant.put(2, 4_096, signal);
      const isPosted = async (): Promise<boolean> => ((await tenant.sheet())?.number ?? 0n) > 0n;
      const before = await lane.block();
      await lane.until('the revision is on chain', isPosted, signal);
      await lane.mine(Math.max(0, before + DEEPEST - 2 - (await lane.block())));
      await reorg(world, DEEPEST);
      insist(!(await isPosted()), 'the commit stayed');
      await lane.until('the revision is on chain again', isPosted, signal);
      await world.proveNext();
    },
  },
  {
    name: 'a reorg undoes a close',
    run: async (world, signal) => {
      const { lane } = world;
      await world.start();
      const tenant = await world.tenant(3);
      await tenant.put(2, 4_096, signal);
      await lane.until('the revision is on chain', async () => (await tenant.sheet())?.status === 'active', signal);
      await world.proveNext();
      await world.proveNext();
      const isClosed = async (): Promise<boolean> => (await tenant.sheet())?.status === 'closed';
      await lane.until('the deal is closed', isClosed, signal);
      await reorg(world, 2);
      insist(!(await isClosed()), 'the close stayed');
      await lane.until('the deal is closed again', isClosed, signal);
    },
  },
  {
    name: 'a reorg undoes an opening, its commit and a voucher that was redeemed',
    run: async (world, signal) => {
      const { lane } = world;
      await world.start();
      const before = await lane.block();
      const tenant = await world.stored();
      const isRedeemed = async (): Promise<boolean> => ((await tenant.sheet())?.redeemed ?? 0n) > 0n;
      await tenant.read(tenant.signed[0]!.sectors[0]!.root, 128, 5n * TOKEN, signal);
      await lane.until('the voucher is redeemed', isRedeemed, signal);
      await reorg(world, (await lane.block()) - before);
      insist((await tenant.sheet()) === undefined, 'the deal stayed');
      await lane.during(tenant.open(), signal);
      await lane.until('the voucher is redeemed again', isRedeemed, signal);
      await lane.until('the revision is on chain again', async () => (await tenant.sheet())?.status === 'active', signal);
      await world.proveNext();
    },
  },
];
