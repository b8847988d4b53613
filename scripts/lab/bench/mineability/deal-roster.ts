import type { DataSet } from '../../../../node/core/data/data-set.js';
import { drawSlot } from '../../../../node/core/market/sampling.js';
import { dealId, type DealId } from '../../../../node/core/units.js';
import type { BenchMarket } from '../market/market.js';
import type { BenchProver, DrawDeal } from '../market/prover.js';

/** Deals of one call of the view. */
const PAGE = 200;

/** A deal with data in the provider's live generation, as the chain has it. */
export interface RosterDeal {
  readonly id: DealId;
  readonly slot: number;
  readonly weight: bigint;
  readonly sectors: number;
  /** First unpaid period. */
  readonly end: number;
  /** First period that no revision may pay for. */
  readonly maxEnd: number;
  /** Last period that rent was moved for. */
  readonly settledThrough: number;
  readonly challenged: boolean;
}

/** The provider's deals by slot, kept beside the chain's sum tree: what it draws is what a proof must open. */
export interface DealRoster {
  /** By slot. */
  deals(): readonly RosterDeal[];
  /** Reads these deals again, after something was done to them. */
  refresh(ids: readonly DealId[]): Promise<void>;
  /** Forgets the deals of a generation that has defaulted, and reads those of the next. */
  restart(ids: readonly DealId[]): Promise<void>;
  readonly draw: DrawDeal;
  /** Throws unless the chain has exactly these deals in its slots, and the sum of their weights in the provider's account. */
  requireTrue(): Promise<void>;
}

export const createDealRoster = ({ contracts: { market, view }, provider }: BenchMarket, setOf: BenchProver['setOf']): DealRoster => {
  const bySlot: (RosterDeal | undefined)[] = [];
  const slotOf = new Map<DealId, number>();
  const deals = (): readonly RosterDeal[] => bySlot.filter((deal) => deal !== undefined);

  type Sheet = Awaited<ReturnType<typeof view.deals>>[number];
  const read = ({ id, deal }: Sheet): RosterDeal => ({
    id: dealId(id),
    slot: Number(deal.slot),
    weight: deal.weight,
    sectors: Number(deal.sectors),
    end: Number(deal.end),
    maxEnd: Number(deal.maxEnd),
    settledThrough: Number(deal.settledThrough),
    challenged: deal.challengedIn !== 0n,
  });

  const refresh: DealRoster['refresh'] = async (ids) => {
    const { generation } = await market.accountOf(provider);
    for (let at = 0; at < ids.length; at += PAGE) {
      for (const sheet of await view.deals(ids.slice(at, at + PAGE))) {
        const now = read(sheet);
        const before = slotOf.get(now.id);
        if (before !== undefined && bySlot[before]?.id === now.id) bySlot[before] = undefined;
        if (now.weight === 0n || sheet.deal.generation !== generation) continue;
        bySlot[now.slot] = now;
        slotOf.set(now.id, now.slot);
      }
    }
  };

  return {
    deals,
    refresh,
    restart: async (ids) => {
      bySlot.length = 0;
      await refresh(ids);
    },
    draw: (low): DataSet => {
      const slot = drawSlot(
        Array.from(bySlot, (deal) => deal?.weight ?? 0n),
        low,
      );
      return setOf(bySlot[slot]?.sectors ?? 0);
    },
    requireTrue: async () => {
      const { generation, total } = await market.accountOf(provider);
      const slots = Number(await market.slotCountOf(provider, generation));
      const there: RosterDeal[] = [];
      for (let at = 0; at < slots; at += PAGE) there.push(...(await view.dealsOf(provider, generation, at, PAGE)).map(read));
      const sum = there.reduce((all, { weight }) => all + weight, 0n);
      if (sum !== total) throw new Error(`the deals weigh ${sum}, and the account says ${total}`);
      const known = deals();
      const wrong = there.find(({ id, slot, weight }, i) => known[i]?.id !== id || known[i].slot !== slot || known[i].weight !== weight);
      if (wrong !== undefined) throw new Error(`deal ${wrong.id} of ${wrong.weight} in slot ${wrong.slot} was not expected`);
      if (there.length !== known.length) throw new Error(`${there.length} deals are in slots, and ${known.length} were expected`);
    },
  };
};
