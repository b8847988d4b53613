import { HoldfastError, isHoldfastError } from '../../core/errors/holdfast-error.js';
import { LEAF_BYTES, SECTOR_LEAVES, type Address, type DealId, type Hash } from '../../core/units.js';
import { rangeProof } from '../../core/data/range-proof.js';
import type { SectorRef } from '../../core/data/data-set.js';
import type { LeafRange, ProviderService } from '../../ports/link.js';
import type { SettlementReader } from '../../ports/settlement.js';
import type { ProviderJournal } from '../../ports/journal.js';
import type { SectorStore } from '../../ports/sector-store.js';
import type { Metrics } from '../../ports/metrics.js';
import type { Clock, Signer } from '../../ports/world.js';
import type { Admitted, DealGate } from '../accept/authorization.js';
import { checkDealTakesData, decideAdmission, decideRoom } from '../accept/decide-admission.js';
import type { Serial } from '../../core/tasks/serial.js';
import type { ProviderPolicy } from '../policy.js';
import type { LostSectors } from '../keep/lost-sectors.js';
import { requireRange, type SectorCache } from '../keep/sector-cache.js';
import { requireWhole } from '../keep/sector-crown.js';
import { createSigning } from '../accept/signing.js';
import type { SoleWatch } from '../standing/sole-watch.js';
import { answerLost } from './lost-page.js';
import type { Till } from './till.js';

export interface ServiceOptions {
  readonly settlement: SettlementReader;
  readonly store: SectorStore;
  readonly journal: ProviderJournal;
  readonly signer: Signer;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly provider: Address;
  readonly policy: ProviderPolicy;
  readonly gate: DealGate;
  readonly sectors: SectorCache;
  readonly till: Till;
  /** Told of what was stored again. */
  readonly lost: Pick<LostSectors, 'roots' | 'of' | 'healed'>;
  /** Deals whose data the chain has in the provider's tree, as last read. */
  readonly kept: () => ReadonlySet<DealId>;
  /** By root of a sector, and as {@link createSigning} needs them. */
  readonly locks: Serial;
  /** As {@link createSigning} needs it. */
  readonly sole: Pick<SoleWatch, 'ready' | 'refusal'>;
  /** Called when a revision was signed: it may be posted. */
  readonly onSigned: () => void;
}

/** The provider's side of the wire: data before signature, and nothing for strangers. */
export const createService = (options: ServiceOptions): ProviderService => {
  const { settlement, store, journal, clock, metrics, provider, policy, gate, sectors, till, lost, kept, locks } = options;
  const sign = createSigning(options);

  const sheet = async (signal: AbortSignal) => {
    const found = await settlement.provider(provider, signal);
    if (found === undefined) throw new HoldfastError('NOT_REGISTERED', { provider });
    return found;
  };

  const requireRoom = async ({ deal }: Admitted, sector: SectorRef, signal: AbortSignal): Promise<void> => {
    const [current, pending, pendingSectors, held, room] = await Promise.all([
      sheet(signal),
      journal.pendingLeaves(deal.id, sector.root),
      journal.pendingSectors(deal.id),
      journal.leavesHeld(),
      store.room(),
    ]);
    const { parameters } = settlement;
    const others = kept().size - Number(kept().has(deal.id));
    const counts = { pending, pendingSectors, held, room, cost: store.cost(sector.leaves), kept: others };
    const refusal = decideAdmission({ sector, deal, sheet: current, parameters, ...counts, policy });
    if (refusal !== undefined) throw refusal;
  };

  /** Whether the newest revision of the deal names the sector. */
  const isNamed = async (deal: DealId, { root }: SectorRef): Promise<boolean> => {
    if (!(await journal.holds(deal, root))) return false;
    const newest = (await journal.deal(deal))?.revisions.at(-1)?.revision.number;
    return newest !== undefined && (await journal.timesNamed(deal, newest, root)) > 0;
  };

  /** Whether a sector is taken in: one that was promised already counts nowhere anew. */
  const requireTaking = async (admitted: Admitted, sector: SectorRef, signal: AbortSignal): Promise<void> => {
    if (!(await isNamed(admitted.deal.id, sector))) return requireRoom(admitted, sector, signal);
    await journal.requireCount(sector);
    const [room, cost] = [await store.room(), store.cost(sector.leaves)];
    if (cost > room)
      throw new HoldfastError('PROVIDER_FULL', { needed: Math.ceil(cost / LEAF_BYTES), free: Math.floor(room / LEAF_BYTES) });
  };

  /** Takes note of a sector that is here now: it waits for a revision, unless the newest one names it. */
  const note = async (deal: DealId, sector: SectorRef): Promise<void> => {
    lost.healed(sector.root);
    if (!(await isNamed(deal, sector))) await journal.recordPending({ ...sector, deal, receivedAt: clock.now() });
  };

  /** Whether the deal has the sector already; then it waits for a revision, unless the newest one names it. Who waits, waits no longer. */
  const isHere = async (admitted: Admitted, sector: SectorRef): Promise<boolean> => {
    const refusal = checkDealTakesData(admitted.deal);
    if (refusal !== undefined) throw refusal;
    const deal = admitted.deal.id;
    if (!(await journal.holds(deal, sector.root)) || !(await store.has(sector.root))) return false;
    await note(deal, sector);
    return true;
  };

  const rangeOf = async (root: Hash, from: number, count: number, signal: AbortSignal): Promise<LeafRange> => {
    const view = await sectors.open(root, from, count, signal);
    return { bytes: view.bytes(from, count), proof: rangeProof(view, from, count) };
  };

  /** Also before the first revision is on chain. */
  const hasData = async (deal: DealId): Promise<boolean> =>
    kept().has(deal) || ((await journal.deal(deal))?.revisions ?? []).some(({ revision }) => revision.leaves > 0);

  return {
    terms: async (_peer, signal) => {
      const [current, held, room] = await Promise.all([sheet(signal), journal.leavesHeld(), store.room()]);
      const free = decideRoom({ sheet: current, parameters: settlement.parameters, held, room, kept: kept().size, policy });
      return { provider, ask: current.ask, ...free, minLeaves: policy.minLeaves };
    },

    authorize: async (peer, authorization, signal) => {
      const { deal } = await gate.admit(peer, authorization, { fresh: false, reading: true, signal });
      // Whoever only has a link stands behind those who pay.
      return { deal: deal.id, hasData: authorization.grant === undefined && (await hasData(deal.id)) };
    },

    admitSector: async (peer, authorization, sector, signal) => {
      const admitted = await gate.admit(peer, authorization, { fresh: false, signal });
      return locks(sector.root, async () => {
        if (await isHere(admitted, sector)) return 'have';
        await requireTaking(admitted, sector, signal);
        return 'wanted';
      });
    },

    storeSector: async (peer, authorization, sector, bytes, signal) => {
      const admitted = await gate.admit(peer, authorization, { fresh: false, signal });
      const deal = admitted.deal.id;
      const crown = await requireWhole(sector, bytes);
      await locks(sector.root, async () => {
        if (await isHere(admitted, sector)) return;
        await requireTaking(admitted, sector, signal);
        await store.put(sector, bytes, signal, crown);
        sectors.forget(sector.root);
        await note(deal, sector);
        metrics.add('holdfast_received_bytes_total', bytes.length);
      });
    },

    signRevision: async (peer, authorization, request, signal) => {
      const admitted = await gate.admit(peer, authorization, { fresh: true, signal });
      return sign(admitted, request, signal);
    },

    readLeaves: async (peer, authorization, { root, from, count, voucher }, signal) => {
      // A voucher is money: what covers it is what several RPCs say, where there are several.
      const paying = voucher !== undefined && (await till.isBetter(authorization.deal, voucher));
      const admitted = await gate.admit(peer, authorization, { fresh: false, reading: true, signal, agreed: paying });
      const { deal } = admitted;
      requireRange(from, count, SECTOR_LEAVES);
      // Nothing is read from disk, nor hashed, for a read that is not paid.
      if (!(await journal.holds(deal.id, root))) throw new HoldfastError('SECTOR_NOT_HELD', { deal: deal.id, root });
      const bytes = count * LEAF_BYTES;
      await till.charge(admitted, bytes, voucher).catch(async (error: unknown) => {
        // What was checked a moment ago may lack a deposit, a new signer or a first revision.
        if (!isHoldfastError(error, 'EGRESS_UNFUNDED', 'EGRESS_ENDED', 'BAD_VOUCHER')) throw error;
        const now = await gate.admit(peer, authorization, { fresh: true, reading: true, signal, agreed: paying });
        await till.charge(now, bytes, voucher);
      });
      try {
        const range = await rangeOf(root, from, count, signal);
        metrics.add('holdfast_served_bytes_total', bytes);
        return range;
      } catch (error) {
        if (deal.egressPrice > 0n) await till.refund(deal.id, bytes);
        throw error;
      }
    },

    egress: async (peer, authorization, signal) => {
      const { deal } = await gate.admit(peer, authorization, { fresh: false, reading: true, signal });
      return till.state(deal.id);
    },

    listSectors: async (peer, authorization, signal) => {
      const { deal } = await gate.admit(peer, authorization, { fresh: false, reading: true, signal });
      const newest = (await journal.deal(deal.id))?.revisions.at(-1);
      if (newest === undefined) return undefined;
      return { signed: newest, sectors: journal.sectors(deal.id, newest.revision.number) };
    },

    lostSectors: answerLost(options),
  };
};
