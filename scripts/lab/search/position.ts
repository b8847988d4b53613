import { wei } from '../../../node/core/units.js';
import type { Chance } from '../staging/chance.js';
import type { SearchDeal, Standing } from './market.js';
import { ALL_LEAVES, LEAF_PRICE, type Stage } from './stage.js';
import { createStoredSet } from './stored-set.js';
import type { Strategy } from './strategy.js';

/** Where a play stands, and what its moves have in common. */
export interface Position {
  readonly stage: Stage;
  readonly strategy: Strategy;
  /** Of the honest renters. */
  readonly deals: readonly SearchDeal[];
  /** The coalition's deal with itself, if it has one. */
  readonly own: SearchDeal | undefined;
  /** Period that is played. */
  now: number;
  misses: number;
  /** As last looked at. */
  standing: Standing;
  /** Whether the provider's first generation lives: it has not defaulted. */
  alive(): boolean;
  look(): Promise<Standing>;
  /** The next transaction is in block `offset` of this period, or later if that is past. */
  goTo(offset: number): Promise<void>;
  /** Leaves of `deal` that are kept in this period: its first ones. */
  kept(deal: SearchDeal): number;
  /** Deals by slot of the tree. */
  slots(): Promise<readonly (SearchDeal | undefined)[]>;
  /** Stakes what is missing behind what is locked and `weight` more. */
  back(weight: bigint): Promise<void>;
  /** Has the own deal store its leaf, or nothing. */
  fillOwn(own: SearchDeal, stored: boolean): Promise<void>;
}

const OWN_SET = createStoredSet(1);

/** Leaves that stay when the strategy's share is dropped: evenly from all deals, or from the first deals on. */
const remaining = (deals: readonly SearchDeal[], { kept, loss }: Strategy): ReadonlyMap<SearchDeal, number> => {
  let drop = Math.round((1 - kept) * ALL_LEAVES);
  let leaves = ALL_LEAVES;
  const left = new Map<SearchDeal, number>();
  for (const deal of deals) {
    const { leaves: size } = deal.set;
    const dropped = Math.min(loss === 'even' ? Math.ceil((drop * size) / leaves) : drop, size);
    left.set(deal, size - dropped);
    drop -= dropped;
    leaves -= size;
  }
  return left;
};

/** The beginning of a play: period 1, the own deal stored and backed. */
export const createPosition = async (stage: Stage, strategy: Strategy, chance: Chance): Promise<Position> => {
  const { chain, market, parameters, periods } = stage;
  const { ownRenter } = market.people;
  const deals = await stage.restart(chance.of('blocks'));
  const left = remaining(deals, strategy);
  const dropsIn = 2 + Math.floor(strategy.from * periods);
  const price = BigInt(Math.round(strategy.padding * ALL_LEAVES)) * LEAF_PRICE;
  const ownEnd = Math.max(4, 2 + Math.round(strategy.ownEnd * periods));
  const own = price === 0n ? undefined : await market.open(ownRenter, chance.of('salt').hash(), OWN_SET, wei(price), ownEnd, 1);
  let slots: readonly (SearchDeal | undefined)[] | undefined;
  const position: Position = {
    stage,
    strategy,
    deals,
    own,
    now: 1,
    misses: 0,
    standing: await market.standing(),
    alive: () => position.standing.generation === 0,
    look: async () => (position.standing = await market.standing()),
    goTo: async (offset) => chain.mine(Math.max(0, market.blockOf(position.now, offset) - 1 - (await chain.block()))),
    kept: (deal) => (position.now < dropsIn ? deal.set.leaves : (left.get(deal) ?? deal.set.leaves)),
    slots: async () => {
      slots ??= (await market.slots(0)).map((id) => [...deals, own].find((deal) => deal?.id === id));
      return slots;
    },
    back: async (weight) => {
      const { stake, total } = await position.look();
      const missing = (total + weight) * parameters.unit - stake;
      if (missing > 0n) await market.stake(missing);
    },
    fillOwn: async (deal, stored) => {
      if (stored) await position.back(deal.weight);
      await market.commit(ownRenter, deal, position.now, stored);
      slots = undefined;
    },
  };
  if (own !== undefined) await position.fillOwn(own, true);
  const { total } = await position.look();
  const spare = (total * parameters.unit * BigInt(Math.round(strategy.spare * 100))) / 100n;
  if (spare > 0n) await market.stake(spare);
  return position;
};
