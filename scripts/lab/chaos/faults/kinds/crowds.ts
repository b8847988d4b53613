import { insist, type Fault } from '../fault.js';
import type { ChaosWorld } from '../world/world.js';
import type { Tenant } from '../world/tenant.js';

/** Renters that are served side by side. */
const LANES = 2;
/** Commits in one transaction, and the gas that each may use. */
const COMMITS = 50;
const ITEM_GAS = 300_000n;

/** Posts what was co-signed, as anybody may. */
const post = async ({ lane }: ChaosWorld, tenants: readonly Tenant[]): Promise<void> => {
  const { market } = lane.market.contracts;
  const items = tenants.map(({ signed }) => {
    const [first] = signed;
    if (first === undefined) throw new Error('nothing is signed');
    return market.interface.encodeFunctionData('commit', [first.revision, first.renterSignature, first.providerSignature]);
  });
  await lane.automine(true);
  for (let at = 0; at < items.length; at += COMMITS)
    await (await market.connect(lane.market.owner).batch(items.slice(at, at + COMMITS), ITEM_GAS)).wait();
  await lane.automine(false);
};

const startLate = (deals: number, long: boolean): Fault => ({
  name: `the daemon starts inside a window with ${deals} deals`,
  long,
  run: async (world, signal) => {
    const { lane, bob } = world;
    await world.start();
    const tenants = await world.crowd(deals);
    const waiting = [...tenants];
    const serve = async (): Promise<void> => {
      for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) await one.put(1, 64, signal);
    };
    await Promise.all(Array.from({ length: LANES }, serve));
    await post(world, tenants);
    const tree = await world.chain.treeOf(bob.provider);
    insist(tree.length === deals, `${tree.length} deals have data`);
    await world.stop();
    const period = await lane.toNext(10);
    await world.start();
    await lane.until(`period ${period} is proven`, () => world.proven(period), signal);
  },
});

/** As many as a provider takes where a window has 60 blocks: so many it could answer for at once (R8). */
const MOST = 420;

/** Providers with many deals. */
export const crowds: readonly Fault[] = [startLate(40, false), startLate(MOST, true)];
