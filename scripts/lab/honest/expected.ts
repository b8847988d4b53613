import type { Counts, HonestDeed } from './tally.js';

/** Verbs of market, registry and pool that a run carries out; `batch` items count as verbs, too. */
export const verbs = [
  'answer',
  'batch',
  'cancel',
  'challenge',
  'claim',
  'close',
  'commit',
  'deposit',
  'expire',
  'forfeit',
  'fund',
  'leaveDeal',
  'open',
  'permit',
  'prove',
  'reclaim',
  'redeem',
  'register',
  'setAsk',
  'setBounds',
  'setEndpoint',
  'setLockLimit',
  'setOperator',
  'setSigner',
  'settle',
  'sponsor',
  'stake',
  'sync',
  'unstake',
  'withdraw',
] as const;

/** The other verbs, and why no run carries them out. */
export const verbsLeftOut: Readonly<Record<string, string>> = {
  collectFees: 'of the reward pool alone, which calls it with each claim',
  recordSeed: 'proofs and answers record the seed that they need; no move asks for one',
};

/** Deeds of honest people of which 95 of 100 must come to their end. */
export const deeds: readonly HonestDeed[] = ['puts', 'gets', 'proofs', 'redemptions', 'answers'];
const SHARE = 0.95;

/** What was to happen and did not happen `least` times, and honest people who were kept from what they do. */
export const missing = (counts: Counts, least: number, refusals: readonly string[], answers: readonly string[]): string[] => {
  const rare = (what: string, names: readonly string[], map: ReadonlyMap<string, number>): string[] =>
    names.flatMap((name) => {
      const times = map.get(name) ?? 0;
      return times < least ? [`${what} ${name} ${times} times, at least ${least} are due`] : [];
    });
  const kept = deeds.flatMap((name) => {
    const { begun, done } = counts.deeds.get(name) ?? { begun: 0, done: 0 };
    if (begun < least) return [`honest ${name}: ${begun}, at least ${least} are due`];
    return done < begun * SHARE ? [`honest ${name}: ${done} of ${begun} came to their end`] : [];
  });
  return [
    ...rare('verb', verbs, counts.verbs),
    ...rare('refusal', refusals, counts.refusals),
    ...rare('answer', answers, counts.answers),
    ...kept,
  ];
};

/** What the contracts refuse with, that a run comes to. */
export const refusals = [
  'ALREADY_CLAIMED',
  'ALREADY_REGISTERED',
  'BAD_ENDPOINT',
  'BAD_SIGNATURE',
  'BAD_VOUCHER',
  'BATCH_GAS_TOO_LOW',
  'DEAL_CHALLENGED',
  'DEAL_DEFAULTED',
  'DEAL_ENDED',
  'DEAL_EXISTS',
  'DEAL_IS_CLOSED',
  'DEAL_IS_EMPTY',
  'DEAL_NOT_EMPTY',
  'DEAL_UNKNOWN',
  'EPOCH_EARNED',
  'EPOCH_NOT_OVER',
  'EPOCH_OVER',
  'EPOCH_TOO_FAR',
  'ESCROW_TOO_SMALL',
  'FROZEN',
  'INSUFFICIENT_FUNDS',
  'LEAF_OUTSIDE_SECTOR',
  'LOCK_LIMIT_PASSED',
  'NOTHING_EARNED',
  'NOTHING_SPONSORED',
  'NOTHING_TO_REDEEM',
  'NOT_BATCHABLE',
  'NOT_CHALLENGED',
  'NOT_OWNER',
  'NOT_PARTY',
  'NOT_POOL',
  'NOT_PROVEN',
  'NOT_PROVIDER',
  'NOT_REGISTERED',
  'OUTSIDE_WINDOW',
  'OUT_OF_BOUNDS',
  'PERMIT_REFUSED',
  'PRICE_TOO_HIGH',
  'PROOF_LENGTH',
  'SECTOR_COUNT_OUT_OF_RANGE',
  'SECTOR_INDEX_OUT_OF_RANGE',
  'SEED_UNAVAILABLE',
  'SIGNER_CHANGE_TOO_SOON',
  'STAKE_TOO_SMALL',
  'STALE_REVISION',
  'TOO_EARLY_TO_CLOSE',
  'TOO_EARLY_TO_EXPIRE',
  'TOO_LATE_TO_CHALLENGE',
  'UNKNOWN_PROVIDER',
  'WRONG_PERIOD',
  'WRONG_ROOT',
  'ZERO_OPERATOR',
  'ZERO_RECIPIENT',
  'ZERO_SIGNER',
] as const;

const ofConstructors = 'a constructor says it';
const ofTokens = 'the token says it';

/** The other refusals of contracts, and why no run comes to them. */
export const refusalsLeftOut: Readonly<Record<string, string>> = {
  BAD_PARAMETER: ofConstructors,
  BODY_NOT_BOUND: ofConstructors,
  BODY_NOT_EXPECTED: ofConstructors,
  ERC20_INSUFFICIENT_ALLOWANCE: ofTokens,
  ERC20_INSUFFICIENT_BALANCE: ofTokens,
  FAUCET_TOO_SOON: ofTokens,
  HISTORY_UNPROVEN: ofConstructors,
  NOT_MARKET: 'the vault says it, which nobody but the market calls',
  NO_FAUCET: ofTokens,
  POOL_NOT_BOUND: ofConstructors,
  REENTERED: 'only a hostile token comes back',
  REGISTRY_NOT_BOUND: ofConstructors,
  TRANSFER_MISMATCH: 'only a hostile token keeps a part',
  UNSUPPORTED_CHAIN: ofConstructors,
  VAULT_NOT_BOUND: ofConstructors,
  WEIGHT_OVERFLOW: 'there are not tokens enough',
  ZERO_ADDRESS: ofConstructors,
};

/**
 * What daemons refuse with, that a run comes to. Left out: JOURNAL_BEHIND and OPERATOR_REPLACED, which only a thief of the operator's key
 * or a restored journal meets; SECTOR_ROTTEN and DEAL_DEFAULTED, for which an honest provider would have to lose data.
 */
export const answers = [
  'AUTHORIZATION_EXPIRED',
  'AUTHORIZATION_INVALID',
  'BAD_SIGNATURE',
  'BAD_VOUCHER',
  'CHANGE_INVALID',
  'DEALS_FULL',
  'DEAL_CHALLENGED',
  'DEAL_ELSEWHERE',
  'DEAL_ENDED',
  'DEAL_IS_CLOSED',
  'DEAL_UNKNOWN',
  'EGRESS_ENDED',
  'EGRESS_UNFUNDED',
  'EGRESS_UNPAID',
  'ESCROW_TOO_SMALL',
  'LOCK_LIMIT_PASSED',
  'OUT_OF_BOUNDS',
  'PENDING_FULL',
  'PROVIDER_FULL',
  'RANGE_OUTSIDE',
  'REVISIONS_UNPOSTED',
  'REVISION_BASE_UNKNOWN',
  'REVISION_CONFLICT',
  'REVISION_DISAGREES',
  'REVISION_TOO_SMALL',
  'REVISION_UNDERPAID',
  'SECTOR_NOT_HELD',
  'SECTOR_ROOT_MISMATCH',
  'STAKE_TOO_SMALL',
] as const;
