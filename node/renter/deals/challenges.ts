import { anySignal } from '../../core/tasks/waiting.js';
import type { Challenge, Deal } from '../../core/market/deal.js';
import { HoldfastError, isHoldfastError } from '../../core/errors/holdfast-error.js';
import { answerSpan } from '../../core/market/schedule.js';
import { period, wei, type Address, type BlockNumber, type DealId, type Hash, type Wei } from '../../core/units.js';
import type { MarketEvent, Receipt } from '../../ports/settlement.js';
import type { RenterContext, TaskOptions } from '../context.js';
import { currentPeriod } from '../current-period.js';
import { checkChallenge, decideChallenge } from './decide-challenge.js';
import type { FailureList } from '../failure-list.js';
import { submitBatch } from './submit-batch.js';

/** A challenge that was opened. */
export interface OpenedChallenge {
  readonly deal: DealId;
  readonly provider: Address;
  readonly bond: Wei;
  /** From this block on anyone may make it expire. */
  readonly expires: BlockNumber;
  readonly receipt: Receipt;
}

/** How a challenge ended. `answered`: the bond is gone. Otherwise it came back, and the deal is closed. */
export interface ChallengeEnd {
  readonly kind: 'answered' | 'expired' | 'forfeited' | 'defaulted';
  /** Unspent escrow and collateral that became the renter's credit, token wei. */
  readonly refund: Wei;
  readonly collateral: Wei;
  readonly block: BlockNumber;
  readonly transaction: Hash;
}

/** The bond of an open challenge, token wei, and the block from which anyone may make it expire. */
export const termsOf = (
  { bond, period: opened }: Pick<Challenge, 'bond' | 'period'>,
  { parameters, genesisBlock }: Pick<RenterContext['settlement'], 'parameters' | 'genesisBlock'>,
): { readonly bond: Wei; readonly expires: BlockNumber } => ({
  bond,
  expires: answerSpan(opened, genesisBlock, parameters).expires,
});

const openingIn = (events: readonly MarketEvent[], deal: DealId): Pick<Challenge, 'bond' | 'period'> | undefined => {
  const args = events.find((event) => event.name === 'ChallengeOpened' && event.args['deal'] === deal)?.args;
  return args && { bond: wei(args['bond'] as bigint), period: period(Number(args['period'])) };
};

/**
 * Has a deal proven with samples of the next period's seed, for a bond, after an approval if the vault may not take it yet. What
 * the contract would refuse (DEAL_IS_EMPTY, DEAL_CHALLENGED, TOO_LATE_TO_CHALLENGE …) and BALANCE_TOO_SMALL come before
 * anything is sent; LOGS_INCOMPLETE if it was sent, and neither its receipt nor the chain says a word of the challenge.
 */
export const challengeDeal = async (
  { settlement }: RenterContext,
  id: DealId,
  { signal, report, onSent }: TaskOptions & { readonly onSent?: (() => void) | undefined } = {},
): Promise<OpenedChallenge> => {
  const { agreed, account } = settlement;
  const options = signal ? { signal } : {};
  const [deal, now] = await Promise.all([agreed.deal(id, signal), currentPeriod(agreed, signal)]);
  if (!deal) throw new HoldfastError('DEAL_UNKNOWN', { deal: id });
  if (deal.renter !== account && deal.signer !== account) throw new HoldfastError('NOT_PARTY', { deal: id, caller: account });
  const refusal = checkChallenge(deal, now);
  if (refusal) throw refusal;
  const [expected, { token, allowance }] = await Promise.all([agreed.bondOf(id, signal), agreed.balances(account, signal)]);
  report?.({ kind: 'bond', deal: id, provider: deal.provider, bond: expected });
  if (token < expected) throw new HoldfastError('BALANCE_TOO_SMALL', { account, balance: token, needed: expected });
  if (allowance < expected) await settlement.submit({ kind: 'approve', amount: expected }, options);
  const receipt = await settlement.submit({ kind: 'challenge', deal: id }, { ...options, ...(onSent && { onSent }) });
  const opened = openingIn(receipt.events, id) ?? (await agreed.challengeOf(id, signal));
  if (!opened)
    throw new HoldfastError('LOGS_INCOMPLETE', { url: settlement.source, what: `openings of a challenge of ${id}`, told: 0, held: 1 });
  return { deal: id, provider: deal.provider, ...termsOf(opened, settlement), receipt };
};

const ENDS: Readonly<Record<string, ChallengeEnd['kind']>> = {
  ChallengeAnswered: 'answered',
  ChallengeExpired: 'expired',
  DealForfeited: 'forfeited',
  DealClosed: 'defaulted',
};

const endIn = (events: readonly MarketEvent[], deal: DealId): ChallengeEnd | undefined => {
  const end = events.find(({ name, args }) => name in ENDS && args['deal'] === deal);
  const kind = end && ENDS[end.name];
  if (!end || !kind) return undefined;
  const amount = (key: string): Wei => wei((end.args[key] as bigint | undefined) ?? 0n);
  return { kind, refund: amount('refund'), collateral: amount('collateral'), block: end.block, transaction: end.transaction };
};

/** Makes challenges expire. Returns the refusals by deal. */
const expire = (context: RenterContext, deals: readonly DealId[], signal?: AbortSignal): Promise<ReadonlyMap<DealId, Error>> =>
  submitBatch(
    context,
    deals.map((deal) => ({ kind: 'expire', deal })),
    signal,
  );

/** Blocks that events may be behind what is read of a deal: the two come from calls of their own, perhaps to different RPCs. */
const LATE_EVENTS = 3;

/** Why nothing is told of the end of a challenge that is over: its opening is off the chain, or the end is left out of the logs. */
const whyUntold = async (
  { agreed, source }: RenterContext['settlement'],
  deal: DealId,
  opened: Pick<Receipt, 'block' | 'blockHash'>,
  signal?: AbortSignal,
): Promise<HoldfastError> =>
  (await agreed.blockHash(opened.block, signal)) === opened.blockHash
    ? new HoldfastError('LOGS_INCOMPLETE', { url: source, what: `ends of the challenge of ${deal}`, told: 0, held: 1 })
    : new HoldfastError('NOT_CHALLENGED', { deal });

/** Refusals that say only that somebody else was first, or that it is a block too early. */
const isHarmless = (error: unknown): boolean =>
  (['NOT_CHALLENGED', 'DEAL_IS_CLOSED', 'TOO_EARLY_TO_EXPIRE', 'FROZEN'] as const).some((code) => isHoldfastError(error, code));

/** What is to be done about the challenge of `deal` now. */
const stepOf = async (context: RenterContext, deal: Deal, signal?: AbortSignal) => {
  const { settlement } = context;
  const { genesisBlock: genesis, parameters, agreed } = settlement;
  const [{ block }, challenge, sheet] = await Promise.all([
    agreed.head(signal),
    agreed.challengeOf(deal.id, signal),
    agreed.provider(deal.provider, signal),
  ]);
  return decideChallenge({ block, deal, challenge, frozen: sheet?.frozen ?? false, genesis, parameters });
};

/**
 * Follows an opened challenge to its end, and makes it expire when the window has passed without an answer. NOT_CHALLENGED if a
 * reorganization took the challenge itself off the chain, and it did not come back in time; LOGS_INCOMPLETE if the logs do not tell of the end.
 */
export const awaitChallenge = async (
  context: RenterContext,
  { deal: id, receipt: opened, expires }: Pick<OpenedChallenge, 'deal' | 'receipt' | 'expires'>,
  { signal }: TaskOptions = {},
): Promise<ChallengeEnd> => {
  const { settlement } = context;
  const stop = new AbortController();
  const either = anySignal(stop.signal, signal);
  /** The first head at which the challenge was gone without a word. */
  let forgotten: BlockNumber | undefined;
  try {
    for await (const { block } of settlement.heads(either)) {
      const deal = await settlement.agreed.deal(id, signal);
      if (!deal) throw new HoldfastError('DEAL_UNKNOWN', { deal: id });
      const step = deal.challenged ? await stepOf(context, deal, signal) : 'ended';
      if (step === 'ended') {
        const end = endIn(await settlement.events(opened.block, block, signal), id);
        if (end) return end;
        forgotten ??= block;
        if (block >= Math.max(expires, forgotten + LATE_EVENTS)) throw await whyUntold(settlement, id, opened, signal);
      }
      if (step !== 'expire') continue;
      const refusal = (await expire(context, [id], signal)).get(id);
      if (refusal && !isHarmless(refusal)) throw refusal;
    }
  } finally {
    stop.abort();
  }
  signal?.throwIfAborted();
  throw new HoldfastError('ABORTED', { what: 'waiting for the end of a challenge' });
};

/** Makes those challenges of `deals` expire that nobody has answered in time, or whose provider has defaulted. Returns the deals. */
export const expireChallenges = async (
  context: RenterContext,
  deals: Iterable<Deal>,
  failures: FailureList,
  signal?: AbortSignal,
): Promise<readonly DealId[]> => {
  const due: Deal[] = [];
  for (const deal of deals) if (deal.challenged && (await stepOf(context, deal, signal)) === 'expire') due.push(deal);
  if (due.length === 0) return [];
  const ids = due.map(({ id }) => id);
  const refused = await expire(context, ids, signal);
  for (const { id, provider } of due) {
    const error = refused.get(id);
    if (error && !isHarmless(error)) failures.add(provider, error);
  }
  return ids.filter((id) => !refused.has(id));
};
