import { HoldfastError } from '../../core/errors/holdfast-error.js';
import type { Deal } from '../../core/market/deal.js';
import type { Address, DealId, Wei } from '../../core/units.js';
import type { BatchItem, Receipt } from '../../ports/settlement.js';
import type { RenterContext, TaskOptions } from '../context.js';

/** A deal of this wallet. */
export interface DealSummary {
  readonly deal: Deal;
  /** Whether it is in this catalogue; another may have opened it. */
  readonly known: boolean;
  /** Sectors of this catalogue's objects in it. */
  readonly sectorsInUse: number;
}

const countPlaces = async ({ catalogue }: RenterContext, deal: DealId): Promise<number> => {
  let count = 0;
  for await (const _ of catalogue.placesIn(deal)) count += 1;
  return count;
};

/** Ids of all deals that the wallet opened, by the logs of the chain. LOGS_INCOMPLETE where one of the catalogue is not among them. */
const idsOf = async ({ settlement, catalogue, renter }: RenterContext, signal?: AbortSignal): Promise<readonly DealId[]> => {
  const known: DealId[] = [];
  for await (const { id } of catalogue.deals()) known.push(id);
  const ids = await settlement.dealIdsOf('renter', renter, signal);
  const unlisted = known.filter((id) => !ids.includes(id));
  const missing = (await settlement.deals(unlisted, signal)).filter((deal) => deal !== undefined).length;
  if (missing === 0) return ids;
  throw new HoldfastError('LOGS_INCOMPLETE', { url: settlement.source, what: 'deals', told: ids.length, held: ids.length + missing });
};

/** All deals that the wallet opened, from the chain, oldest first. LOGS_INCOMPLETE. */
export const listDeals = async (context: RenterContext, { signal }: TaskOptions = {}): Promise<DealSummary[]> => {
  const { settlement, catalogue } = context;
  const ids = await idsOf(context, signal);
  const deals = await settlement.deals(ids, signal);
  const found = deals.filter((deal) => deal !== undefined);
  return Promise.all(
    found.map(async (deal) => ({
      deal,
      known: (await catalogue.deal(deal.id)) !== undefined,
      sectorsInUse: await countPlaces(context, deal.id),
    })),
  );
};

const optionsOf = ({ signal }: TaskOptions): { signal?: AbortSignal } => (signal ? { signal } : {});

/** Ends the deal after the notice period, whatever the provider does (R4). */
export const leaveDeal = ({ settlement }: RenterContext, deal: DealId, task: TaskOptions = {}): Promise<Receipt> =>
  settlement.submit({ kind: 'leave', deal }, optionsOf(task));

const submitItem = async ({ settlement }: RenterContext, item: BatchItem, task: TaskOptions): Promise<Receipt> => {
  const receipt = await settlement.submit({ kind: 'batch', items: [item] }, optionsOf(task));
  const [failed] = receipt.failed;
  if (failed) throw failed.error;
  return receipt;
};

/** Ends a deal from the second period after its last paid one on, or after its provider's default: escrow and collateral become credit. */
export const closeDeal = (context: RenterContext, deal: DealId, task: TaskOptions = {}): Promise<Receipt> =>
  submitItem(context, { kind: 'close', deal }, task);

/** Moves rent and compensation of the deal up to the last decided period. */
export const settleDeal = (context: RenterContext, deal: DealId, task: TaskOptions = {}): Promise<Receipt> =>
  submitItem(context, { kind: 'settle', deal }, task);

/** Takes credit, all of it by default, out of the market to `to`, by default this wallet. Undefined if there is none. */
export const withdrawCredit = async (
  { settlement }: RenterContext,
  { amount, to = settlement.account, ...task }: TaskOptions & { readonly amount?: Wei; readonly to?: Address } = {},
): Promise<Receipt | undefined> => {
  const wanted = amount ?? (await settlement.agreed.balances(settlement.account, task.signal)).credit;
  return wanted === 0n ? undefined : settlement.submit({ kind: 'withdraw', amount: wanted, to }, optionsOf(task));
};
