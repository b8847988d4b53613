import { decodeRevert } from '../chain/rpc/revert.js';
import type { Ask } from '../core/market/deal.js';
import { TRANSFER_NAME } from '../core/ledger/watched.js';
import { showTokens } from '../core/amount-text.js';
import { showLeaves } from './amounts.js';
import { visibleLines } from '../core/visible-text.js';

/** What the words of an event are made from: its arguments, and the vault's address. */
interface Told {
  readonly args: Readonly<Record<string, unknown>>;
  readonly vault: string;
}

type Words = (event: EventArguments) => string;

/** Arguments of one event, read by name in the unit they have. */
class EventArguments {
  constructor(private readonly told: Told) {}

  get vault(): string {
    return this.told.vault;
  }
  text(name: string): string {
    return String(this.told.args[name]);
  }
  number(name: string): bigint {
    return BigInt(this.text(name));
  }
  tokens(name: string): string {
    return showTokens(this.number(name));
  }
  leaves(name: string): string {
    return showLeaves(Number(this.number(name)));
  }
  /** The last period paid for, where the argument is the first one that is not. */
  lastPaid(name: string): string {
    return String(this.number(name) - 1n);
  }
  get ask(): Readonly<Record<keyof Ask, bigint>> {
    return this.told.args['ask'] as Record<keyof Ask, bigint>;
  }
  /** `words` if the amount called `name` is more than nothing. */
  ifAny(name: string, words: string): string {
    return this.number(name) > 0n ? words : '';
  }
}

const transfer: Words = (e) => {
  if (e.text('to') === e.vault) return `${e.text('from')} paid ${e.tokens('value')} into the vault`;
  if (e.text('from') === e.vault) return `the vault paid ${e.tokens('value')} to ${e.text('to')}`;
  return `${e.text('from')} sent ${e.tokens('value')} to ${e.text('to')}`;
};

const registryWords: Readonly<Record<string, Words>> = {
  ProviderRegistered: (e) => `provider ${e.text('provider')} registered, with the operator ${e.text('operator')}`,
  OperatorSet: (e) => `provider ${e.text('provider')} named the operator ${e.text('operator')}`,
  EndpointSet: (e) => `provider ${e.text('provider')} is reached at ${e.text('addresses').split('\n').join(', ')}`,
  AskSet: (e) => {
    const { price, egressPrice, maxLeaves, maxPeriods } = e.ask;
    const most = maxLeaves === 0n ? 'no new deals' : `deals up to ${showLeaves(Number(maxLeaves))} and ${maxPeriods} periods`;
    return `provider ${e.text('provider')} asks ${showTokens(price)} per GiB and period, ${showTokens(egressPrice)} per GiB read; ${most}`;
  },
};

const stakeWords: Readonly<Record<string, Words>> = {
  Staked: (e) => `${e.text('from')} staked ${e.tokens('amount')} for provider ${e.text('provider')}`,
  LockLimitSet: (e) => `provider ${e.text('provider')} lets deals lock up to ${e.tokens('limit')} of its stake`,
  Unstaked: (e) => `provider ${e.text('provider')} freed ${e.tokens('amount')} of its stake, as credit`,
  Withdrawn: (e) => `${e.text('account')} withdrew ${e.tokens('amount')} of credit to ${e.text('to')}`,
  Proven: (e) => `provider ${e.text('provider')} proved period ${e.text('period')}`,
  Missed: (e) =>
    `provider ${e.text('provider')} missed period ${e.text('period')} and was slashed ` +
    `${showTokens(e.number('burnt') + e.number('bounty') + e.number('compensation'))}: ${e.tokens('burnt')} burnt, ` +
    `${e.tokens('bounty')} bounty to ${e.text('finder')}, ${e.tokens('compensation')} to its renters`,
  Defaulted: (e) =>
    `provider ${e.text('provider')} defaulted at period ${e.text('period')}: ` +
    `${showTokens(e.number('share') * e.number('total'))} of its stake go to its deals${e.ifAny('burnt', `, ${e.tokens('burnt')} are burnt`)}`,
  SeedRecorded: (e) => `the seed of period ${e.text('period')} is on record`,
};

const poolWords: Readonly<Record<string, Words>> = {
  FeesCollected: (e) => `the fees of epoch ${e.text('epoch')}: ${e.tokens('kept')} to the reward pool, ${e.tokens('burnt')} burnt`,
  Funded: (e) => `${e.text('from')} paid ${e.tokens('amount')} into the credit of ${e.text('account')}`,
  Sponsored: (e) => `${e.text('sponsor')} added ${e.tokens('amount')} to the rewards of epoch ${e.text('epoch')}`,
  SponsorshipReclaimed: (e) =>
    `${e.text('sponsor')} took ${e.tokens('amount')} back from epoch ${e.text('epoch')}, in which nobody paid fees`,
  RewardClaimed: (e) => `provider ${e.text('provider')} got its reward of epoch ${e.text('epoch')}: ${e.tokens('reward')}`,
  DustBurnt: (e) => `${e.tokens('amount')} of epoch ${e.text('epoch')} that no share could name were burnt`,
};

const dealWords: Readonly<Record<string, Words>> = {
  DealOpened: (e) =>
    `renter ${e.text('renter')} opened deal ${e.text('deal')} with provider ${e.text('provider')}: ${e.tokens('escrow')} in escrow, ` +
    `room for ${e.leaves('maxLeaves')} to the end of period ${e.lastPaid('maxEnd')}, ${e.tokens('price')} per GiB and period`,
  DealDeposited: (e) => `${e.text('from')} added ${e.tokens('amount')} to the escrow of deal ${e.text('deal')}`,
  DealBoundsSet: (e) => `deal ${e.text('deal')} may reach ${e.leaves('maxLeaves')} and the end of period ${e.lastPaid('maxEnd')}`,
  DealSignerSet: (e) => `deal ${e.text('deal')} has the signer ${e.text('signer')}`,
  DealCommitted: (e) =>
    `revision ${e.text('number')} of deal ${e.text('deal')} with provider ${e.text('provider')}: ${e.leaves('leaves')} ` +
    `to the end of period ${e.lastPaid('end')}, for ${e.tokens('rate')} a period`,
  DealSettled: (e) =>
    `deal ${e.text('deal')} paid provider ${e.text('provider')} ${e.tokens('rent')} of rent through period ${e.text('through')}` +
    e.ifAny('fee', `, ${e.tokens('fee')} of it as a fee`) +
    e.ifAny('compensation', `; its renter got ${e.tokens('compensation')} of compensation`),
  DealLeft: (e) => `the renter of deal ${e.text('deal')} gave notice: it ends with period ${e.lastPaid('end')}`,
  DealCancelled: (e) => `deal ${e.text('deal')} was cancelled: ${e.tokens('refund')} of escrow back to its renter`,
  DealClosed: (e) =>
    `deal ${e.text('deal')} was closed: ${e.tokens('refund')} of escrow back to its renter` +
    e.ifAny('collateral', `, and ${e.tokens('collateral')} of the defaulted provider's stake`),
  DealForfeited: (e) =>
    `the provider of deal ${e.text('deal')} gave it up: ${e.tokens('refund')} of escrow and ${e.tokens('collateral')} of its stake to the renter`,
  ChallengeOpened: (e) =>
    `${e.text('challenger')} challenged deal ${e.text('deal')} with provider ${e.text('provider')} in period ${e.text('period')}, ` +
    `for a bond of ${e.tokens('bond')}`,
  ChallengeAnswered: (e) =>
    `provider ${e.text('provider')} answered the challenge of deal ${e.text('deal')}: half of the bond of ${e.tokens('bond')} is its own, half is burnt`,
  ChallengeExpired: (e) =>
    `provider ${e.text('provider')} did not answer the challenge of deal ${e.text('deal')}: ${e.tokens('refund')} of escrow and ` +
    `${e.tokens('collateral')} of its stake to the renter`,
  BondReturned: (e) => `the bond of ${e.tokens('bond')} for the challenge of deal ${e.text('deal')} went back to ${e.text('challenger')}`,
  VoucherRedeemed: (e) =>
    `deal ${e.text('deal')} paid provider ${e.text('provider')} ${e.tokens('paid')} for reads, ${e.tokens('redeemed')} so far`,
  BatchItemFailed: (e) => `item ${e.text('index')} of a batch was skipped: ${decodeRevert(e.text('reason')).message}`,
};

/** A sentence for each event of the contracts. */
export const eventWords: Readonly<Record<string, Words>> = {
  ...registryWords,
  ...stakeWords,
  ...dealWords,
  ...poolWords,
  [TRANSFER_NAME]: transfer,
  Approval: (e) => `${e.text('owner')} lets ${e.text('spender')} take ${e.tokens('value')}`,
};

/** What an event says, in plain words. */
export const wordsOfEvent = (event: { readonly name: string; readonly args: Readonly<Record<string, unknown>> }, vault: string): string => {
  const words = eventWords[event.name];
  if (words === undefined) return `an event that this version of Holdfast does not know, of ${String(event.args['contract'])}`;
  return visibleLines(words(new EventArguments({ args: event.args, vault })));
};
