import { slashPerUnit } from '../../../node/core/market/rent.js';
import { seedFrom } from '../../../node/core/market/sampling.js';
import { period } from '../../../node/core/units.js';
import type { Chance } from '../staging/chance.js';
import { draw } from './draw.js';
import type { Position } from './position.js';

/** How one period's audit went. */
export interface Audit {
  readonly proven: boolean;
  /** (1 if a sample is gone, else 0, less the probability of that) · what a miss costs the coalition, token wei. */
  readonly badLuck: number;
}

/** What a miss costs: what is burnt, what others get, and the honest renters' rent. Rent and shares of the own deal come back. */
const costOfMiss = ({ stage, strategy, deals, standing, now }: Position): number => {
  const { burnt, bounty, compensation } = slashPerUnit(stage.parameters);
  const live = deals.filter((deal) => !deal.closed);
  const weight = live.reduce((sum, deal) => sum + deal.weight, 0n);
  const rent = live.reduce((sum, deal) => (now < deal.end ? sum + deal.rate : sum), 0n);
  return Number(burnt * standing.total + compensation * weight + (strategy.finder === 'outsider' ? bounty * standing.total : 0n) + rent);
};

/** Takes all free stake out; what was missed and not found yet must be found first. */
const drain = async (position: Position): Promise<void> => {
  const { market, parameters } = position.stage;
  await market.sync(market.people.caller);
  const { stake, total } = await position.look();
  const free = stake - total * parameters.unit;
  if (free > 0n) await market.unstake(free);
};

/** Goes to the period's first block, sees what is drawn, and proves if the strategy wants to and nothing drawn is gone. */
export const audit = async (position: Position, chance: Chance): Promise<Audit> => {
  const { stage, strategy, now, misses } = position;
  const { chain, market, parameters } = stage;
  await position.goTo(0);
  await chain.stir(chance.hash());
  await chain.mine(1);
  const wants = !(strategy.quitsAfter > 0 && misses >= strategy.quitsAfter) && !chance.hit(strategy.skips);
  if (strategy.drains) await drain(position);
  if (!wants || !position.alive()) return { proven: false, badLuck: 0 };
  const seed = seedFrom(await chain.hashOf(market.blockOf(now, 0)), period(now), market.identity);
  const slots = await position.slots();
  const { proof, risk } = draw({ seed, provider: market.people.provider, samples: parameters.samples, slots, kept: position.kept });
  const badLuck = ((proof === undefined ? 1 : 0) - risk) * costOfMiss(position);
  if (proof === undefined) return { proven: false, badLuck };
  await position.goTo(strategy.proves === 'early' ? 1 : parameters.windowBlocks - 1);
  await market.prove(now, proof);
  return { proven: true, badLuck };
};
