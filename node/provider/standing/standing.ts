import { showTokens } from '../../core/amount-text.js';
import type { BlockNumber } from '../../core/units.js';
import type { MarketParameters } from '../../core/market/deal.js';
import { stakeOf, type Moment } from '../moment.js';
import type { ProviderPolicy } from '../policy.js';
import type { Publisher } from './publisher.js';
import type { Purse } from './purse.js';
import type { SoleWatch } from './sole-watch.js';
import type { Troubles } from './troubles.js';

/** Looks after what a provider needs to go on: coin, stake, a right entry in the registry, keys that are its alone. */
export interface Standing {
  step(moment: Moment, signal: AbortSignal): Promise<void>;
}

export interface StandingOptions {
  readonly purse: Purse;
  readonly sole: SoleWatch;
  /** Undefined where nobody is to be told of an endpoint. */
  readonly publisher: Publisher | undefined;
  readonly troubles: Troubles;
  readonly parameters: MarketParameters;
  readonly policy: Pick<ProviderPolicy, 'reconcileEvery'>;
}

export const createStanding = ({ purse, sole, publisher, troubles, parameters, policy }: StandingOptions): Standing => {
  let lookedAt: BlockNumber | undefined;

  /** Less at stake than is locked: nothing can grow, and a few misses more make a default. */
  const alarmOfStake = (moment: Moment): void => {
    const [stake, { locked }] = [stakeOf(moment, parameters), moment.sheet];
    const facts = { stake: showTokens(stake), locked: showTokens(locked), add: showTokens(locked - stake) };
    troubles.tell('stake', stake < locked ? { event: 'stake-below', facts } : undefined);
  };

  return {
    step: async (moment, signal) => {
      alarmOfStake(moment);
      publisher?.step(moment, signal);
      const { block } = moment.head;
      if (lookedAt !== undefined && block < lookedAt + policy.reconcileEvery && block >= lookedAt) return;
      lookedAt = block;
      await sole.step(moment.period, signal);
      await purse.step(signal);
    },
  };
};
