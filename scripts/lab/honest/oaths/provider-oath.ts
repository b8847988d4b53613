import type { Ask, Deal } from '../../../../node/core/market/deal.js';
import { egressUp, unredeemed } from '../../../../node/core/market/voucher.js';
import { LEAF_BYTES, type DealId } from '../../../../node/core/units.js';
import type { ProviderService, SignRequest } from '../../../../node/ports/link.js';
import type { MarketEvent, SettlementReader } from '../../../../node/ports/settlement.js';
import type { ProviderEgress } from '../../../../node/ports/journal.js';
import type { ProviderParty } from '../parties/provider.js';
import type { Tally } from '../tally.js';
import type { World } from '../world/world.js';
import { swear } from './broken.js';
import { ENDINGS, type DealPages } from './deal-pages.js';
import { createEarnings } from './earnings.js';
import { createRentCheck } from './rents.js';

/** Bytes that the provider serves unpaid, by its policy. */
const CREDIT = 64;
/** Sectors of a deal that need no leaves (R4). */
const FREE_SECTORS = 4_096;

/** Watches over an honest provider: what INV-18 promises it, and that it keeps its own part of the bargain. */
export interface ProviderOath {
  /** The provider's service, listened to. */
  readonly service: ProviderService;
  /** After each block, and, `ended`, after each move. */
  check(events: readonly MarketEvent[], ended: boolean): Promise<void>;
  /** Somebody has its operator's key from now on: what it owns may fall by so many token wei, and no more. */
  steal(most: bigint): void;
}

export interface ProviderOathOptions {
  readonly world: World;
  readonly party: ProviderParty;
  readonly pages: DealPages;
  readonly tally: Tally;
}

export const createProviderOath = ({ world, party, pages, tally }: ProviderOathOptions): ProviderOath => {
  const { reader, stage } = world;
  const served = new Map<DealId, number>();
  const accepted = new Map<DealId, bigint>();
  const rents = createRentCheck(reader);
  const earnings = createEarnings({ reader, pages, provider: party.address, feeBps: stage.parameters.feeBps });
  let stake = 0n;
  /** Whether something has happened since vouchers were looked at that they may suffer from. */
  let stirred = false;
  let lookedIn = 0;
  /** What it may come down to once its operator's key is stolen, beside what it has earned since. */
  let least: bigint | undefined;

  /** The least price that a revision with data may say (R4): an emptied or extended deal follows the ask of the day. */
  const floorOf = ({ revision }: SignRequest, deal: Deal, ask: Ask): bigint => {
    const emptied = deal.leaves === 0 && deal.settledThrough !== 0;
    const extended = revision.end > deal.end;
    return (emptied || extended) && ask.price > deal.price ? ask.price : deal.price;
  };

  const checkPrice = async (request: SignRequest): Promise<void> => {
    const { deal: id, leaves, price, end, number } = request.revision;
    const [deal, sheet] = await Promise.all([reader.deal(id), reader.provider(party.address)]);
    if (deal === undefined || sheet === undefined || leaves === 0) return;
    const most = Math.max(deal.sectors, FREE_SECTORS + leaves / 256);
    swear(request.revision.sectors <= most, 'a signature costs bounded work', () => ({
      deal: id,
      sectors: request.revision.sectors,
      most,
    }));
    const floor = floorOf(request, deal, sheet.ask);
    swear(price >= floor, 'no revision is signed under the price of the day', () => ({ deal: id, number, price, floor }));
    const latest = Math.max(deal.end, world.period + sheet.ask.maxPeriods);
    swear(end <= latest, 'no revision is signed under the price of the day', () => ({ deal: id, number, end, latest }));
  };

  const mostWork = async (deal: DealId): Promise<number> => {
    const kept = (await party.journal.deal(deal))?.revisions ?? [];
    const [sectors, leaves] = kept.reduce(([s, l], { revision }) => [Math.max(s, revision.sectors), Math.max(l, revision.leaves)], [0, 0]);
    return 4 * (Math.max(sectors, FREE_SECTORS + leaves / 256) + FREE_SECTORS / 2);
  };

  const signRevision: ProviderService['signRevision'] = async (peer, authorization, request, signal) => {
    const { deal } = request.revision;
    const [before, most] = [party.work, await mostWork(deal)];
    const checkWork = (): void =>
      swear(party.work - before <= most, 'a signature costs bounded work', () => ({ deal, work: party.work - before, most }));
    try {
      const repeated = (await party.journal.deal(deal))?.revisions.some(({ revision }) => revision.number === request.revision.number);
      const signature = await party.service.signRevision(peer, authorization, request, signal);
      if (!repeated) await checkPrice(request);
      checkWork();
      return signature;
    } catch (error) {
      checkWork();
      throw error;
    }
  };

  const readLeaves: ProviderService['readLeaves'] = async (peer, authorization, request, signal) => {
    const range = await party.service.readLeaves(peer, authorization, request, signal);
    const { deal } = authorization;
    const bytes = (served.get(deal) ?? 0) + request.count * LEAF_BYTES;
    served.set(deal, bytes);
    const price = pages.page(deal)?.egressPrice ?? 0n;
    const paid = egressUp(price, Math.max(0, bytes - CREDIT));
    if (paid > (accepted.get(deal) ?? 0n)) accepted.set(deal, paid);
    stirred = true;
    return range;
  };

  /** Whether the key that signed the voucher still counts. */
  const isBound = async (deal: Deal, voucher: NonNullable<ProviderEgress['voucher']>): Promise<boolean> => {
    if (voucher.signer === deal.signer) return true;
    const { previousSigner, signerSince } = await stage.contracts.market.dealOf(deal.id);
    return previousSigner.toLowerCase() === voucher.signer && world.period <= Number(signerSince) + 1;
  };

  const checkVouchers = async (chain: SettlementReader): Promise<void> => {
    const isOpen = (id: DealId): boolean => (pages.page(id)?.redeemed ?? 0n) < (accepted.get(id) ?? 0n);
    const ids = [...accepted.keys()].filter(isOpen);
    const deals = ids.length === 0 ? [] : await chain.dealsNow(ids);
    for (const [index, deal] of deals.entries()) {
      const id = ids[index] as DealId;
      const owed = accepted.get(id) ?? 0n;
      const redeemed = pages.page(id)?.redeemed ?? 0n;
      if (deal === undefined) continue;
      const voucher = (await party.journal.egress(id))?.voucher;
      const good = voucher !== undefined && deal.status !== 'closed' && (await isBound(deal, voucher));
      const now = good ? unredeemed(deal, voucher.amount) : 0n;
      const facts = () => ({ deal: id, accepted: owed, redeemed, now, status: deal.status, voucher: voucher?.amount });
      swear(redeemed + now >= owed, 'an accepted voucher stays redeemable', facts);
    }
  };

  const checkStake = async (): Promise<void> => {
    const sheet = await reader.provider(party.address);
    if (sheet === undefined) return;
    const earned = least === undefined ? 0n : await earnings.least();
    const facts = () => ({ before: stake, after: sheet.stake, least, earned, alarms: party.alarms.slice(-3).join(' | ') });
    if (least === undefined) swear(sheet.stake >= stake, 'no collateral is lost while the data is there', facts);
    else swear(sheet.stake + sheet.credit >= least + earned, 'a stolen operator key costs at most what may be locked', facts);
    stake = sheet.stake;
  };

  const countDeeds = (events: readonly MarketEvent[]): void => {
    if (least !== undefined) return;
    for (const { name, args } of events) {
      if (args['provider'] !== party.address) continue;
      if (name === 'Proven') tally.honest('proofs', true);
      if (name === 'Missed') tally.honest('proofs', false);
      if (name === 'ChallengeAnswered') tally.honest('answers', true);
      if (name === 'ChallengeExpired') tally.honest('answers', false);
      const id = args['deal'] as DealId;
      const promised = accepted.get(id) ?? 0n;
      const paid = promised > 0n && (pages.page(id)?.redeemed ?? 0n) >= promised;
      if (name === 'VoucherRedeemed' && paid) tally.honest('redemptions', true);
      if (ENDINGS.has(name) && promised > 0n && !paid) tally.honest('redemptions', false);
    }
  };

  return {
    service: { ...party.service, signRevision, readLeaves },
    check: async (events, ended) => {
      countDeeds(events);
      await checkStake();
      stirred ||= events.length > 0 || lookedIn !== world.period;
      if (least === undefined && stirred) await checkVouchers(reader);
      [stirred, lookedIn] = [false, world.period];
      if (ended) await rents.check([...pages.all].filter(({ provider }) => provider === party.address));
    },
    steal: (most) => void (least = stake - most),
  };
};
