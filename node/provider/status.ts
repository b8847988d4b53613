import { isHoldfastError } from '../core/errors/holdfast-error.js';
import { unlessAborted } from '../core/tasks/waiting.js';
import { leaves, wei, type Address, type Leaves, type Wei } from '../core/units.js';
import type { Settlement } from '../ports/settlement.js';
import type { ProviderEgress, ProviderJournal } from '../ports/journal.js';
import type { SectorStore } from '../ports/sector-store.js';
import type { EventName } from '../ports/world.js';
import { decideRoom, mostDeals } from './accept/decide-admission.js';
import type { OpenChallenge } from './audit/answerer.js';
import { readMoment, type Moment } from './moment.js';
import type { ProviderPolicy } from './policy.js';
import { redeemable } from './settle/decide-redemption.js';

/** How a provider stands, for screens. Of what only the chain knows, undefined while it does not answer. */
export interface ProviderStatus {
  /** Whether the chain answered. */
  readonly chainAnswers: boolean;
  /** Undefined too while the registry does not know the provider. */
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
  readonly freeLeaves: Leaves | undefined;
  readonly bytesUsed: number;
  readonly capacity: Leaves;
  /** Vouchers of deals that are not yet closed, token wei: all of them, and what redeeming them would pay now. */
  readonly egress: { readonly promised: Wei; readonly unredeemed: Wei } | undefined;
  /** Alarms about what it needs to go on, and that are not over. */
  readonly troubles: readonly EventName[];
}

/** Longest that a status waits for the chain, milliseconds. */
const CHAIN_MILLISECONDS = 3_000;

export interface StatusSources {
  readonly settlement: Settlement;
  readonly provider: Address;
  readonly journal: ProviderJournal;
  readonly store: SectorStore;
  readonly policy: ProviderPolicy;
  /** Longest that the chain is waited for. Default 3 s. */
  readonly chainMilliseconds?: number;
  /** What only the running parts know. */
  readonly now: () => Pick<ProviderStatus, 'proofInHand' | 'batchInHand' | 'challenges' | 'troubles'> & { readonly kept: number };
}

/** Vouchers held, and what redeeming them would pay now. */
const egressOf = async ({ settlement, journal }: StatusSources, signal: AbortSignal): Promise<{ promised: Wei; unredeemed: Wei }> => {
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

interface ChainPart {
  readonly moment: Moment | undefined;
  readonly egress: { readonly promised: Wei; readonly unredeemed: Wei };
}

/** What only the chain knows; undefined if it does not answer in time: an operator asks just then what is wrong. */
const askChain = async (sources: StatusSources, signal: AbortSignal): Promise<ChainPart | undefined> => {
  const late = AbortSignal.timeout(sources.chainMilliseconds ?? CHAIN_MILLISECONDS);
  const either = AbortSignal.any([signal, late]);
  const { settlement, provider } = sources;
  const asked = Promise.all([readMoment(settlement, provider, either), egressOf(sources, either)]);
  try {
    const [moment, egress] = await unlessAborted(asked, either);
    return { moment, egress };
  } catch (error) {
    signal.throwIfAborted();
    if (late.aborted || isHoldfastError(error)) return undefined;
    throw error;
  }
};

/** How the provider stands now: in time, whether the chain answers or not. */
export const readStatus = async (sources: StatusSources, signal: AbortSignal): Promise<ProviderStatus> => {
  const { settlement, journal, store, policy } = sources;
  const { parameters } = settlement;
  const [chain, held] = await Promise.all([askChain(sources, signal), journal.leavesHeld()]);
  const { kept, ...now } = sources.now();
  const moment = chain?.moment;
  const room = moment && decideRoom({ sheet: moment.sheet, parameters, held, room: await store.room(), kept, policy });
  return {
    chainAnswers: chain !== undefined,
    moment,
    ...now,
    troubles: journal.doubts().length === 0 ? now.troubles : [...now.troubles, 'journal-behind'],
    deals: journal.counts().deals,
    mostDeals: mostDeals({ parameters, policy }),
    leavesHeld: held,
    freeLeaves: chain && (room?.freeLeaves ?? leaves(0)),
    bytesUsed: store.bytesUsed,
    capacity: policy.capacity,
    egress: chain?.egress,
  };
};
