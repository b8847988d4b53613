import { countText } from '../../../../node/core/amount-text.js';
import { tokens } from '../money.js';
import type { Deal } from '../../../../node/core/market/deal.js';
import type { BlockNumber, DealId } from '../../../../node/core/units.js';
import type { MarketEvent } from '../../../../node/ports/settlement.js';
import { syncProvider, tellMiss, type LostProvider } from './lose-provider.js';
import type { Stage } from '../stage.js';

/**
 * Step 6: the lost provider misses its way into default, and its deals pay out collateral and unspent escrow; the deals with
 * the others end by agreement.
 */
export const settleUp = async (stage: Stage, { provider, missed }: LostProvider, from: BlockNumber): Promise<void> => {
  const { narrator, watch, signal, reader, renter, wallet } = stage;
  const { maxMisses, windowBlocks } = reader.parameters;
  const last = missed + maxMisses - 1;
  narrator.say(`${provider.person.name} defaults when it has missed ${maxMisses} periods in a row, with period ${last} …`);
  await watch.until((sight) => sight.period > last || (sight.period === last && sight.offset >= windowBlocks), signal);
  const events = await syncProvider(stage, provider, missed + 1);
  for (const event of events) tellMiss(stage, event);
  if (!events.some(({ name }) => name === 'Defaulted'))
    throw new Error(`${provider.provider} missed ${maxMisses} periods and did not default`);

  const deals = await openDeals(stage);
  const lost = deals.filter((deal) => deal.provider === provider.provider);
  const kept = deals.filter((deal) => deal.provider !== provider.provider);
  const { block } = await reader.head(signal);
  for (const { id } of lost) await renter.holdfast(['deals', 'close', id], { signal });
  await cancelDeals(
    stage,
    kept.map(({ id }) => id),
  );
  tellEnds(stage, await reader.events(block, (await reader.head(signal)).block, signal));
  await tellEgress(stage, from);
  const { credit } = await reader.balances(wallet, signal);
  await renter.holdfast(['deals', 'withdraw'], { signal });
  narrator.say(`the renter withdrew ${tokens(credit)} of refunds, collateral and compensation`);
};

/** Ends deals by agreement: emptied first, and cancelled from the period on that the first call names. All of them, or it rejects. */
const cancelDeals = async ({ renter, narrator, watch, signal }: Stage, deals: readonly DealId[]): Promise<void> => {
  const cancel = async (ids: readonly string[]) =>
    (await renter.holdfast(['deals', 'cancel', ...ids], { signal })) as unknown as {
      readonly emptied: readonly { readonly deal: string; readonly from: number }[];
      readonly cancelled: readonly unknown[];
    };
  const first = await cancel(deals);
  const from = Math.max(0, ...first.emptied.map((each) => each.from));
  narrator.say(`emptied by agreement: ${countText(first.emptied.length, 'deal')}; from period ${from} on their escrow comes back …`);
  await watch.until((sight) => sight.period >= from, signal);
  const second = first.emptied.length === 0 ? first : await cancel(first.emptied.map(({ deal }) => deal));
  const cancelled = first.cancelled.length + (second === first ? 0 : second.cancelled.length);
  if (cancelled !== deals.length) throw new Error(`of ${deals.length} deals ${cancelled} were cancelled`);
};

/** At least one provider must have turned its vouchers into money. */
const tellEgress = async ({ narrator, reader, signal }: Stage, from: BlockNumber): Promise<void> => {
  const events = await reader.events(from, (await reader.head(signal)).block, signal);
  const redeemed = events.filter(({ name }) => name === 'VoucherRedeemed');
  if (redeemed.length === 0) throw new Error('files were read for a price, and no provider redeemed a voucher');
  const paid = redeemed.reduce((sum, { args }) => sum + (args['paid'] as bigint), 0n);
  const providers = new Set(redeemed.map(({ args }) => String(args['provider'])));
  narrator.say(`${countText(providers.size, 'provider')} redeemed vouchers on chain: ${tokens(paid)} for what was read of their deals`);
};

const openDeals = async ({ reader, wallet, signal }: Stage): Promise<readonly Deal[]> => {
  const deals = await reader.deals(await reader.dealIdsOf('renter', wallet, signal), signal);
  return deals.filter((deal) => deal !== undefined).filter(({ status }) => status !== 'closed');
};

const tellEnds = ({ narrator }: Stage, events: readonly MarketEvent[]): void => {
  const sum = (name: string, key: string): bigint =>
    events.filter((event) => event.name === name).reduce((total, { args }) => total + (args[key] as bigint), 0n);
  const count = (name: string): number => events.filter((event) => event.name === name).length;
  narrator.say(
    `${countText(count('DealClosed'), 'deal')} with the lost provider closed: ${tokens(sum('DealClosed', 'collateral'))} of its collateral ` +
      `and ${tokens(sum('DealClosed', 'refund'))} of unspent escrow come back`,
  );
  narrator.say(
    `${countText(count('DealCancelled'), 'deal')} ended by agreement: ${tokens(sum('DealSettled', 'rent'))} of rent to the providers, ` +
      `${tokens(sum('DealCancelled', 'refund'))} back to the renter`,
  );
};
