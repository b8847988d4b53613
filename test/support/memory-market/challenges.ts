import type { SampleTarget } from '../../../node/core/market/audit-proof.js';
import { HoldfastError } from '../../../node/core/errors/holdfast-error.js';
import { bondUp } from '../../../node/core/market/rent.js';
import { challengeLeaf } from '../../../node/core/market/sampling.js';
import type { Address, DealId, Period, Wei } from '../../../node/core/units.js';
import { checkSamples, recordSeed } from './audits.js';
import { closeDefaulted, endChallenge, endedGeneration, mustBeThawed, surrender, touch, touchLive } from './deals.js';
import { add, BURN_ACCOUNT, takeTokens, timeOf, type DealState, type MarketCall } from './state.js';

/** Open challenges of `renter` at the provider in its generation `generation`. */
const openBy = ({ state }: MarketCall, renter: Address, provider: Address, generation: number): number =>
  [...state.challenges.keys()].filter((id) => {
    const deal = state.deals.get(id);
    return deal?.renter === renter && deal.provider === provider && deal.generation === generation;
  }).length;

/** Bond of the next challenge of a deal, token wei. */
export const bondOf = (call: MarketCall, { renter, provider, generation, weight }: DealState): Wei =>
  bondUp(weight, openBy(call, renter, provider, generation), call.parameters);

export const challenge = (call: MarketCall, id: DealId): void => {
  const { deal } = touchLive(call, id);
  if (call.caller !== deal.renter && call.caller !== deal.signer) throw new HoldfastError('NOT_PARTY', { deal: id, caller: call.caller });
  if (deal.leaves === 0) throw new HoldfastError('DEAL_IS_EMPTY', { deal: id });
  if (deal.challenged) throw new HoldfastError('DEAL_CHALLENGED', { deal: id });
  const { period } = timeOf(call);
  if (period + 2 > deal.end) throw new HoldfastError('TOO_LATE_TO_CHALLENGE', { period: BigInt(period), end: BigInt(deal.end) });
  const bond = bondOf(call, deal);
  call.state.challenges.set(id, { challenger: call.caller, period: period as Period, bond });
  deal.challenged = true;
  call.emit('ChallengeOpened', { deal: id, provider: deal.provider, challenger: call.caller, period: BigInt(period), bond });
  takeTokens(call, bond);
};

/** The period whose seed draws the samples of the open challenge of `id`. */
const answeredIn = (call: MarketCall, id: DealId): Period => {
  const open = call.state.challenges.get(id);
  if (!open) throw new HoldfastError('NOT_CHALLENGED', { deal: id });
  return (open.period + 1) as Period;
};

export const answer = (call: MarketCall, id: DealId, samples: Uint8Array): void => {
  const { deal } = touchLive(call, id);
  const seed = recordSeed(call, answeredIn(call, id));
  const { root, sectors, leaves } = deal;
  const targets = Array.from({ length: call.parameters.samples }, (_, i): SampleTarget => ({
    root,
    sectors,
    drawn: challengeLeaf(seed, id, i, leaves),
  }));
  checkSamples(samples, targets);
  const { bond } = endChallenge(call, deal);
  add(call.state.credits, deal.provider, bond / 2n);
  add(call.state.credits, BURN_ACCOUNT, bond - bond / 2n);
  call.emit('ChallengeAnswered', { deal: id, provider: deal.provider, bond });
};

export const expire = (call: MarketCall, id: DealId): void => {
  const { deal, provider } = touch(call, id);
  const ended = endedGeneration(provider, deal);
  if (ended) return closeDefaulted(call, deal, provider, ended);
  mustBeThawed(call, provider);
  const { periodBlocks, windowBlocks } = call.parameters;
  const from = call.genesisBlock + (answeredIn(call, id) - 1) * periodBlocks + windowBlocks;
  if (call.block < from) throw new HoldfastError('TOO_EARLY_TO_EXPIRE', { block_: BigInt(call.block), from: BigInt(from) });
  surrender(call, deal, provider, 'ChallengeExpired');
};
