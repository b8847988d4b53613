import { egressUp } from '../../../../node/core/market/voucher.js';
import { rateUp } from '../../../../node/core/market/rent.js';
import { LEAF_BYTES, type Address, type DealId } from '../../../../node/core/units.js';
import type { ProviderService } from '../../../../node/ports/link.js';
import type { World } from '../world/world.js';
import { swear } from './broken.js';
import type { DealPage, DealPages } from './deal-pages.js';
import { createRentCheck } from './rents.js';

const BASIS = 10_000n;

/** Watches over an honest renter: what INV-18 promises it. */
export interface RenterOath {
  /** A provider's service as the renter reaches it, listened to; `serves` tells whether it gives what it should. */
  heard(service: ProviderService, serves: () => boolean): ProviderService;
  /** After each move. */
  check(): Promise<void>;
  /** Somebody has its session key since period `since`. */
  steal(since: number): void;
}

export interface RenterOathOptions {
  readonly world: World;
  readonly account: Address;
  readonly pages: DealPages;
  /** Bytes that it pays and may not get, of one deal. */
  readonly credit: number;
}

export const createRenterOath = ({ world, account, pages, credit }: RenterOathOptions): RenterOath => {
  const { parameters } = world.stage;
  const received = new Map<DealId, number>();
  const rents = createRentCheck(world.reader);
  /** Rent that deals owed when the key was stolen. */
  const owedBefore = new Map<DealId, bigint>();
  let stolen: number | undefined;

  const checkReads = (page: DealPage): void => {
    const { id, egressPrice, redeemed } = page;
    const most = egressUp(egressPrice, (received.get(id) ?? 0) + credit);
    swear(redeemed <= most, 'a renter pays for what was proven and read, and no more', () => ({ deal: id, redeemed, most }));
  };

  /** What the thief can reach: all vouchers together, and rent of a full deal through the notice, which no revision makes longer. */
  const checkTheft = (page: DealPage, since: number): void => {
    const { id, redeemed, owed, maxEgress, price, maxLeaves, end, noticed } = page;
    const oath = 'a stolen session key costs at most maxEgress and the rent of maxLeaves';
    const periods = Math.max(0, Math.min(world.period + 1, noticed ?? Infinity) - since);
    const most = rateUp(price, maxLeaves) * BigInt(periods);
    const before = owedBefore.get(id) ?? 0n;
    const facts = () => ({ deal: id, redeemed, maxEgress, owed, before, most, end, noticed, since });
    swear(redeemed <= maxEgress, oath, facts);
    swear(owed - before <= most, oath, facts);
    swear(noticed === undefined || end <= noticed, oath, facts);
  };

  /** Collateral of a deal whose data was not proven. */
  const checkEnding = (page: DealPage): void => {
    const { id, ending, share, weight } = page;
    if (ending === undefined || ending.event === 'DealCancelled') return;
    const surrendered = ending.event === 'DealForfeited' || ending.event === 'ChallengeExpired';
    const least = surrendered ? (weight * parameters.unit * BigInt(parameters.coverBps)) / BASIS : (share ?? 0n) * weight;
    const facts = () => ({ deal: id, ending: ending.event, collateral: ending.collateral, least });
    swear(ending.collateral >= least, 'collateral and escrow come back', facts);
  };

  return {
    heard: (service, serves) => ({
      ...service,
      readLeaves: async (peer, authorization, request, signal) => {
        const range = await service.readLeaves(peer, authorization, request, signal);
        const { deal } = authorization;
        if (serves()) received.set(deal, (received.get(deal) ?? 0) + request.count * LEAF_BYTES);
        return range;
      },
    }),
    check: async () => {
      const own = [...pages.all].filter(({ renter }) => renter === account);
      for (const page of own) {
        if (stolen === undefined) checkReads(page);
        else checkTheft(page, stolen);
        checkEnding(page);
      }
      await rents.check(own);
    },
    steal: (since) => {
      stolen = since;
      for (const { id, owed } of pages.all) owedBefore.set(id, owed);
    },
  };
};
