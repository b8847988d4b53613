import { leaves, wei, type Address, type Leaves, type Wei } from '../core/units.js';
import type { Settlement } from '../ports/settlement.js';
import type { ProviderEgress, ProviderJournal, SectorStore } from '../ports/store.js';
import type { EventName } from '../ports/world.js';
import { decideRoom, mostDeals } from './accept/decide-admission.js';
import type { OpenChallenge } from './audit/answerer.js';
import { readMoment, type Moment } from './moment.js';
import type { ProviderPolicy } from './policy.js';
import { redeemable } from './settle/decide-redemption.js';

/** How a provider stands, for screens. */
export interface ProviderStatus {
  readonly moment: Moment | undefined;
  readonly proofInHand: boolean;
  readonly batchInHand: boolean;
  /** Open challenges of its deals. */
  readonly challenges: readonly OpenChallenge[];
  readonly deals: number;
  /** Deals with data that it takes: so many it could answer for if all were challenged at once (R8). */
  readonly mostDeals: number;
  readonly leavesHeld: Leaves;
  /** Leaves it can still take. */
  readonly freeLeaves: Leaves;
  readonly bytesUsed: number;
  readonly capacity: Leaves;
  /** Vouchers of deals that are not yet closed, token wei: all of them, and what redeeming them would pay now. */
  readonly egress: { readonly promised: Wei; readonly unredeemed: Wei };
  /** Alarms about what it needs to go on, and that are not over. */
  readonly troubles: readonly EventName[];
}

export interface StatusSources {
  readonly settlement: Settlement;
  readonly provider: Address;
  readonly journal: ProviderJournal;
  readonly store: SectorStore;
  readonly policy: ProviderPolicy;
  /** What only the running parts know. */
  readonly now: () => Pick<ProviderStatus, 'proofInHand' | 'batchInHand' | 'challenges' | 'troubles'> & { readonly kept: number };
}

/** Vouchers held, and what redeeming them would pay now. */
const egressOf = async ({ settlement, journal }: StatusSources, signal: AbortSignal): Promise<ProviderStatus['egress']> => {
  const held: ProviderEgress[] = [];
  for await (const egress of journal.egresses()) held.push(egress);
  const ids = held.map(({ deal }) => deal);
  const deals = ids.length === 0 ? [] : await settlement.deals(ids, signal);
  let [promised, unredeemed] = [0n, 0n];
  for (const [index, egress] of held.entries()) {
    const deal = deals[index];
    if (deal === undefined || deal.status === 'closed') continue;
    promised += egress.voucher?.amount ?? 0n;
    unredeemed += redeemable(deal, egress);
  }
  return { promised: wei(promised), unredeemed: wei(unredeemed) };
};

export const readStatus = async (sources: StatusSources, signal: AbortSignal): Promise<ProviderStatus> => {
  const { settlement, provider, journal, store, policy } = sources;
  const { parameters } = settlement;
  const [moment, held] = await Promise.all([readMoment(settlement, provider, signal), journal.leavesHeld()]);
  const egress = await egressOf(sources, signal);
  const { kept, ...now } = sources.now();
  const room = moment && decideRoom({ sheet: moment.sheet, parameters, held, room: await store.room(), kept, policy });
  return {
    moment,
    ...now,
    deals: journal.counts().deals,
    mostDeals: mostDeals({ parameters, policy }),
    leavesHeld: held,
    freeLeaves: room?.freeLeaves ?? leaves(0),
    bytesUsed: store.bytesUsed,
    capacity: policy.capacity,
    egress,
  };
};
