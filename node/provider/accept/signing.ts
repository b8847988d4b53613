import { HoldfastError, isHoldfastError } from '../../core/errors/holdfast-error.js';
import { applyChange, revisionDigest } from '../../core/market/revision.js';
import { weightFor } from '../../core/market/rent.js';
import { recoverAddress } from '../../core/keys/signing.js';
import type { Deal } from '../../core/market/deal.js';
import { weight, type Address, type DealId, type Hash, type Period, type Signature, type Weight } from '../../core/units.js';
import type { SignRequest } from '../../ports/link.js';
import type { SettlementReader } from '../../ports/settlement.js';
import type { ProviderDeal, ProviderJournal, ProviderRevision, SectorStore } from '../../ports/store.js';
import type { Signer } from '../../ports/world.js';
import type { Admitted } from './authorization.js';
import { decideSigning, sectorsOf } from './decide-signature.js';
import type { Serial } from '../../core/tasks/serial.js';
import { JOURNAL_LOCK } from '../journal-lock.js';
import { momentOf, readInOneBlock, stakeOf, unrecordedMisses, type Moment } from '../moment.js';
import type { ProviderPolicy } from '../policy.js';

export interface SigningOptions {
  readonly settlement: SettlementReader;
  readonly store: SectorStore;
  readonly journal: ProviderJournal;
  readonly signer: Signer;
  readonly provider: Address;
  readonly policy: Pick<ProviderPolicy, 'minLeaves' | 'maxUnposted'>;
  /** {@link JOURNAL_LOCK}: nothing is dropped between the check that it is held and the record that names it. */
  readonly locks: Serial;
  readonly onSigned: () => void;
}

/** Answers a request for the provider's signature; the revision is durable before the signature leaves. */
export type Signing = (admitted: Admitted, request: SignRequest, signal: AbortSignal) => Promise<Signature>;

/** What the chain says at the time of signing. */
interface ChainFacts {
  readonly moment: Moment;
  readonly deal: Deal;
  readonly misses: number;
  readonly promised: Weight;
}

const renterOf = (digest: Hash, signature: Signature): Address | undefined => {
  try {
    return recoverAddress(digest, signature);
  } catch {
    return undefined;
  }
};

/** Weight that revisions of other deals, signed and still to be posted, will add. */
export const promisedWeight = (
  kept: readonly ProviderDeal[],
  chain: ReadonlyMap<DealId, Deal>,
  period: Period,
  parameters: SettlementReader['parameters'],
): Weight => {
  let promised = 0n;
  for (const { id, revisions } of kept) {
    const newest = revisions.at(-1)?.revision;
    const deal = chain.get(id);
    if (newest === undefined || deal === undefined || deal.status === 'closed' || deal.defaulted !== undefined) continue;
    if (newest.number <= deal.number || newest.validUntil < period) continue;
    const growth = weightFor(newest.price, newest.leaves, parameters) - deal.weight;
    if (growth > 0n) promised += growth;
  }
  return weight(promised);
};

export const createSigning = (options: SigningOptions): Signing => {
  const settlement = options.settlement.agreed;
  const { store, journal, signer, provider, policy, locks, onSigned } = options;

  /** Deals other than `except` with a revision that may still be posted. */
  const unposted = async (except: DealId, period: Period): Promise<ProviderDeal[]> => {
    const found: ProviderDeal[] = [];
    for await (const kept of journal.deals())
      if (kept.id !== except && (kept.revisions.at(-1)?.revision.validUntil ?? 0) >= period) found.push(kept);
    return found;
  };

  const readFacts = async (id: DealId, signal: AbortSignal): Promise<ChainFacts> => {
    const { result } = await readInOneBlock(
      settlement,
      async (head) => {
        const sheet = await settlement.provider(provider, signal);
        if (sheet === undefined) throw new HoldfastError('NOT_REGISTERED', { provider });
        const moment = momentOf(settlement, head, sheet);
        const others = await unposted(id, moment.period);
        const [deal, ...rest] = await settlement.deals([id, ...others.map((other) => other.id)], signal);
        if (deal === undefined) throw new HoldfastError('DEAL_UNKNOWN', { deal: id });
        const chain = new Map(rest.flatMap((other) => (other === undefined ? [] : [[other.id, other] as const])));
        const [through, before] = await Promise.all([
          settlement.missesThrough(provider, moment.decided, signal),
          settlement.missesThrough(provider, deal.settledThrough, signal),
        ]);
        const misses = Math.max(0, through - before) + unrecordedMisses(moment);
        return { moment, deal, misses, promised: promisedWeight(others, chain, moment.period, settlement.parameters) };
      },
      signal,
    );
    return result;
  };

  /** Which of the sectors that a revision may name are held for the deal and on disk. */
  const heldOf = async (deal: DealId, revisions: readonly ProviderRevision[], request: SignRequest): Promise<Set<Hash>> => {
    const held = new Set<Hash>();
    for (const { root } of applyChange(sectorsOf(revisions, request.base), request.change))
      if ((await journal.holds(deal, root)) && (await store.has(root))) held.add(root);
    return held;
  };

  const decide = async (request: SignRequest, id: DealId, signal: AbortSignal): Promise<Signature> => {
    const { identity, parameters } = settlement;
    const revisions = (await journal.deal(id))?.revisions ?? [];
    const facts = await readFacts(id, signal);
    const digest = revisionDigest(identity, request.revision);
    const decision = decideSigning({
      ...facts,
      request,
      revisions,
      parameters,
      policy,
      period: facts.moment.period,
      sheet: facts.moment.sheet,
      stake: stakeOf(facts.moment, parameters),
      renter: renterOf(digest, request.renterSignature),
      held: await heldOf(id, revisions, request).catch((error: unknown) => {
        if (isHoldfastError(error, 'CHANGE_INVALID')) return new Set<Hash>();
        throw error;
      }),
      signer: signer.address,
    });
    if (decision.kind === 'refuse') throw decision.error;
    if (decision.kind === 'repeat') return decision.signature;
    const { revision, renterSignature } = request;
    const providerSignature = await signer.sign(digest);
    await journal.recordSigned({ revision, renterSignature, providerSignature, sectors: decision.sectors });
    onSigned();
    return providerSignature;
  };

  // One at a time for all deals: each signature promises stake, and the next must see that.
  return ({ deal }, request, signal) => locks(JOURNAL_LOCK, () => decide(request, deal.id, signal));
};
