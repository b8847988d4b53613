import { audit } from './audit.js';
import type { Chance } from '../staging/chance.js';
import { createPosition, type Position } from './position.js';
import type { SearchDeal } from './market.js';
import { ALL_LEAVES, LEAF_RENT, type Stage } from './stage.js';
import type { Strategy } from './strategy.js';

/** What a play brought, in periods of the honest renters' whole rent. */
export interface Outcome {
  /** What the coalition owns at the end over what it began with: balances, credits, stake. Nothing is left in escrow. */
  readonly gained: number;
  /** Rent of the data that it did not keep though an honest provider would have: the most that keeping it can cost. */
  readonly saved: number;
  /**
   * Cost of the misses over what the risk of each draw made likely, negative where it was less. It is zero on average, so
   * adding it takes most of the luck of the draws out of a result and changes no mean.
   */
  readonly badLuck: number;
  readonly misses: number;
  readonly defaulted: boolean;
}

const RENT = Number(LEAF_RENT) * ALL_LEAVES;

/** A call on the own deal that the default found by it makes pointless: then, and only then, it may fail. */
const unlessDefaulted = async (position: Position, call: Promise<void>): Promise<void> => {
  try {
    await call;
  } catch (error) {
    await position.stage.market.sync(position.stage.market.people.caller);
    await position.look();
    if (position.alive()) throw error;
  }
};

const afterMiss = async (position: Position): Promise<void> => {
  const { stage, strategy, deals, own, standing } = position;
  const { market, parameters } = stage;
  position.misses += 1;
  const empties = async (): Promise<void> => {
    if (own?.stored === true && !own.challenged && strategy.padded !== 'always')
      await unlessDefaulted(position, position.fillOwn(own, false));
  };
  if (strategy.topUp === 'first') await market.stake((standing.total * parameters.unit * BigInt(parameters.missBps)) / 10_000n);
  if (strategy.finder === 'nobody') await empties();
  else await market.sync(market.people[strategy.finder]);
  await position.look();
  if (!position.alive()) return;
  await empties();
  if (strategy.topUp === 'later') await position.back(0n);
  if (strategy.forfeitsAfter === 0 || position.misses < strategy.forfeitsAfter) return;
  for (const deal of deals) if (!deal.closed && position.kept(deal) < deal.set.leaves) await market.forfeit(deal);
  await position.look();
};

/** Periods between two challenges that are answered. */
const CHALLENGE_EVERY = 5;

/** Ends the challenge of the own deal, or opens one, as the strategy has it. */
const challengeOwn = async ({ stage: { market }, strategy, own, now, misses }: Position): Promise<void> => {
  if (own === undefined || own.closed) return;
  if (own.challenged) return strategy.challenges === 'answered' ? market.answer(own) : market.expire(own);
  const wanted = strategy.challenges === 'answered' ? now % CHALLENGE_EVERY === 0 : strategy.challenges === 'expired' && misses > 0;
  if (wanted && own.stored && now + 2 <= own.end) await market.challenge(own);
};

/** Closes what ends with this period, and settles where the strategy does. */
const endPeriod = async (position: Position, proven: boolean): Promise<void> => {
  const { stage, strategy, deals, own, now } = position;
  const { market } = stage;
  const { caller, provider } = market.people;
  await challengeOwn(position);
  const open = (): SearchDeal[] => [...deals, ...(own ? [own] : [])].filter((deal) => !deal.closed);
  for (const deal of open()) if (now === deal.end - 1 && (deal.stored || now >= deal.emptiedIn + 2)) await market.close(provider, deal);
  if (strategy.settles > 0 && now % strategy.settles === 0) for (const deal of open()) await market.settle(caller, deal);
  if (own === undefined || own.closed || strategy.padded !== 'atDraws' || !proven || now + 2 > own.end) return;
  await position.fillOwn(own, true);
};

const playPeriod = async (position: Position, chance: Chance): Promise<number> => {
  const { stage, strategy, own } = position;
  const { total } = await position.look();
  if (!position.alive()) return 0;
  const { proven, badLuck } = total > 0n ? await audit(position, chance) : { proven: false, badLuck: 0 };
  if (own?.stored === true && !own.challenged && proven && strategy.padded === 'atDraws') await position.fillOwn(own, false);
  await position.goTo(stage.parameters.windowBlocks);
  if (total > 0n && !proven && position.alive()) await afterMiss(position);
  // A miss that nobody has called for yet may turn out as a default in any of these calls.
  if (position.alive()) await unlessDefaulted(position, endPeriod(position, proven));
  return badLuck;
};

/** Plays `strategy` once, from the stage's beginning to its last period, after which every deal is closed. */
export const play = async (stage: Stage, strategy: Strategy, chance: Chance): Promise<Outcome> => {
  const position = await createPosition(stage, strategy, chance);
  const { deals, own } = position;
  const { market } = stage;
  const seeds = chance.of('periods');
  let saved = 0;
  let badLuck = 0;
  for (position.now = 2; position.now < stage.end; position.now += 1) {
    for (const deal of deals) {
      if (position.now >= deal.end) continue;
      saved += deal.closed || !position.alive() ? deal.set.leaves : deal.set.leaves - position.kept(deal);
    }
    badLuck += await playPeriod(position, seeds);
  }
  // After a default nothing was closed; a deal without collateral waits for its last period, or for one after it was emptied.
  position.now = stage.end + 1;
  await position.goTo(stage.parameters.windowBlocks);
  for (const deal of deals) if (!deal.closed) await market.close(market.people.provider, deal);
  if (own?.closed === false) await market.close(market.people.provider, own);
  await market.claimRewards();
  const gained = Number((await market.coalitionWorth()) - stage.worth);
  return {
    gained: gained / RENT,
    saved: saved / ALL_LEAVES,
    badLuck: badLuck / RENT,
    misses: position.misses,
    defaulted: !position.alive(),
  };
};
