import { HoldfastError, isHoldfastError } from '../../core/errors/holdfast-error.js';
import { revisionDigest } from '../../core/market/revision.js';
import { signerOf } from '../../core/keys/signing.js';
import type { Deal } from '../../core/market/deal.js';
import { wei, type Address, type DealId, type Signature, type Weight } from '../../core/units.js';
import type { SignRequest } from '../../ports/link.js';
import type { SettlementReader } from '../../ports/settlement.js';
import type { ProviderJournal } from '../../ports/journal.js';
import type { SectorStore } from '../../ports/sector-store.js';
import type { Signer } from '../../ports/world.js';
import type { LostSectors } from '../keep/lost-sectors.js';
import type { SoleWatch } from '../standing/sole-watch.js';
import type { Admitted } from './authorization.js';
import { createChangeReader, type CarriedOut } from './read-change.js';
import { createOthersReader } from './read-others.js';
import { checkRequest, checkStanding, decideSigning, signedBefore, type SigningSnapshot } from './decide-signature.js';
import type { Serial } from '../../core/tasks/serial.js';
import { egressLock, JOURNAL_LOCK } from '../lock-names.js';
import { momentOf, readInOneBlock, stakeOf, unrecordedMisses, type Moment } from '../moment.js';
import type { ProviderPolicy } from '../policy.js';
import { ownSignature } from '../own-signature.js';

export interface SigningOptions {
  readonly settlement: SettlementReader;
  readonly store: SectorStore;
  readonly journal: ProviderJournal;
  readonly signer: Signer;
  readonly provider: Address;
  readonly policy: Pick<ProviderPolicy, 'minLeaves' | 'maxDeals' | 'maxUnposted'>;
  /** What no revision may name until it is here again. */
  readonly lost: Pick<LostSectors, 'of'>;
  /** {@link JOURNAL_LOCK}, then {@link egressLock}: nothing is dropped, and no voucher accepted, between the checks and the record. */
  readonly locks: Serial;
  /** Whether these keys are ours alone: nothing is signed before somebody looked, nor while that is in doubt. */
  readonly sole: Pick<SoleWatch, 'ready' | 'refusal'>;
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
  /** Other deals with data. */
  readonly kept: number;
}

export const createSigning = (options: SigningOptions): Signing => {
  const settlement = options.settlement.agreed;
  const { store, journal, signer, provider, policy, lost, locks, sole, onSigned } = options;
  const changes = createChangeReader({ journal, store });

  const others = createOthersReader(settlement, journal);

  const readFacts = async (id: DealId, signal: AbortSignal): Promise<ChainFacts> => {
    const { result, settled } = await readInOneBlock(
      settlement,
      async (head) => {
        const sheet = await settlement.provider(provider, signal);
        if (sheet === undefined) throw new HoldfastError('NOT_REGISTERED', { provider });
        const moment = momentOf(settlement, head, sheet);
        const { deal, kept, promised, seen } = await others.read(id, head, moment.period, signal);
        if (deal === undefined) throw new HoldfastError('DEAL_UNKNOWN', { deal: id });
        const [through, before] = await Promise.all([
          settlement.missesThrough(provider, moment.decided, signal),
          settlement.missesThrough(provider, deal.settledThrough, signal),
        ]);
        const misses = Math.max(0, through - before) + unrecordedMisses(moment);
        return { seen, facts: { moment, deal, misses, kept, promised } };
      },
      signal,
    );
    if (settled) others.keep(result.seen);
    return result.facts;
  };

  const snapshotOf = async (request: SignRequest, id: DealId, signal: AbortSignal): Promise<SigningSnapshot> => {
    const { identity, parameters } = settlement;
    const [kept, egress, facts] = await Promise.all([journal.deal(id), journal.egress(id), readFacts(id, signal)]);
    return {
      ...facts,
      request,
      revisions: kept?.revisions ?? [],
      doubt: journal.doubt(id),
      voucher: egress?.voucher?.amount ?? wei(0n),
      parameters,
      policy,
      period: facts.moment.period,
      sheet: facts.moment.sheet,
      stake: stakeOf(facts.moment, parameters),
      renter: signerOf(revisionDigest(identity, request.revision), request.renterSignature),
      held: new Set(),
      lost: undefined,
      counted: undefined,
      after: undefined,
      signer: signer.address,
    };
  };

  /** What is to be said to a request as things stand, and what its change makes; that is made only if nothing else speaks against it. */
  const look = async (request: SignRequest, id: DealId, signal: AbortSignal, made?: CarriedOut) => {
    const seen = await snapshotOf(request, id, signal);
    const isNew = signedBefore(seen) === undefined && checkStanding(seen) === undefined;
    const counted = isNew ? await changes.count(id, request, made) : undefined;
    const isWanted = counted !== undefined && checkRequest({ ...seen, counted }) === undefined;
    const looked = isWanted ? await changes.lookFor(id, request, lost.of(id)) : undefined;
    const carriedOut = isWanted ? await changes.carryOut(id, request, counted, made) : undefined;
    return { carriedOut, decision: decideSigning({ ...seen, ...looked, counted, after: carriedOut?.edit.tree }) };
  };

  /** Carries a large change out while others sign; whoever is refused for it keeps nobody waiting. */
  const prepare = async (request: SignRequest, id: DealId, signal: AbortSignal): Promise<CarriedOut | undefined> => {
    try {
      if (!(await changes.isLarge(id, request))) return undefined;
      const { carriedOut, decision } = await look(request, id, signal);
      if (decision.kind === 'refuse') throw decision.error;
      return carriedOut;
    } catch (error) {
      // What it starts from may be dropped meanwhile: whether it was is seen under the lock.
      if (isHoldfastError(error, 'STORE_CORRUPT')) return undefined;
      throw error;
    }
  };

  const decide = async (request: SignRequest, id: DealId, signal: AbortSignal, made: CarriedOut | undefined): Promise<Signature> => {
    const { carriedOut, decision } = await look(request, id, signal, made);
    if (decision.kind === 'refuse') throw decision.error;
    const { revision, renterSignature, base, change } = request;
    if (decision.kind === 'repeat') return ownSignature(signer, settlement.identity, revision, decision.signature);
    if (carriedOut === undefined) throw new HoldfastError('INTERNAL', { detail: 'a change was not carried out' });
    const refusal = sole.refusal();
    if (refusal !== undefined) throw refusal;
    const providerSignature = await signer.sign(revisionDigest(settlement.identity, revision));
    await journal.recordSigned({ revision, renterSignature, providerSignature, sectors: { base, change, edit: carriedOut.edit } });
    onSigned();
    return providerSignature;
  };

  // One at a time for all deals: each signature promises stake, and the next must see that.
  return async ({ deal }, request, signal) => {
    await sole.ready(signal);
    const made = await prepare(request, deal.id, signal);
    return locks(JOURNAL_LOCK, () => locks(egressLock(deal.id), () => decide(request, deal.id, signal, made)));
  };
};
