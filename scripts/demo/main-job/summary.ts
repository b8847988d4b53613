import { transfersOf, type Transfer } from '../../../node/core/ledger/transfers.js';
import { blockNumber, wei, type BlockNumber, type Wei } from '../../../node/core/units.js';
import type { MarketEvent } from '../../../node/ports/settlement.js';
import { allSheets } from './all-sheets.js';
import type { FetchedFiles } from './steps/fetch-back.js';
import type { LostProvider } from './steps/lose-provider.js';
import { sectorBytesIn } from './sector-files.js';
import type { Code, Stage } from './stage.js';
import type { StoredFiles } from './steps/store-files.js';

/** Token wei of one account, outside the market, inside it, and at stake. */
export interface Holding {
  readonly token: Wei;
  readonly credit: Wei;
  readonly stake: Wei;
}

/** Holdings by account. */
export type Holdings = Readonly<Record<string, Holding>>;

/** A provider's process and what lies in its folder. */
export interface ProviderFacts {
  readonly provider: string;
  readonly pid: number;
  readonly dir: string;
  /** Sector files only. */
  readonly bytesOnDisk: number;
}

/** What the main job writes as JSON; bigints as decimal strings, amounts in token wei. */
export interface Summary {
  readonly file: { readonly bytes: number; readonly sha256: string };
  readonly retrieved: { readonly bytes: number; readonly sha256: string };
  readonly second: {
    readonly bytes: number;
    readonly sha256: string;
    readonly retrievedSha256: string;
    readonly renterTransactions: number;
  };
  readonly providers: readonly ProviderFacts[];
  readonly k: number;
  readonly n: number;
  readonly audits: { readonly proved: number; readonly provedBeforeKill: number; readonly missed: number; readonly missedByKilled: number };
  readonly rentPaid: bigint;
  /** By vouchers that providers redeemed. */
  readonly egressPaid: bigint;
  readonly slashed: bigint;
  /** Of stakes; bonds are told apart. */
  readonly burnt: bigint;
  readonly compensated: bigint;
  readonly bounty: bigint;
  readonly collateralPaid: bigint;
  readonly challenges: {
    readonly answered: number;
    readonly expired: number;
    /** Token wei: what was paid for all of them, and what became of the bonds of those that ended. */
    readonly bonds: { readonly paid: bigint; readonly burnt: bigint; readonly toProviders: bigint; readonly returned: bigint };
  };
  readonly repairedShards: number;
  readonly transfers: readonly Transfer[];
  readonly balances: { readonly before: Holdings; readonly after: Holdings };
  /** `gasUsed` of the dearest transaction of each kind. */
  readonly gas: { readonly open: bigint; readonly commit: bigint; readonly prove: bigint; readonly close: bigint };
  /** Who was killed, and in which period it had proven last. */
  readonly killed: { readonly provider: string; readonly lastProven: number };
  /** The summary is of events after block `from`, up to `through`, both ends of the balances. */
  readonly blocks: { readonly from: BlockNumber; readonly through: BlockNumber };
}

/** Holdings of everybody who takes part, as of now. */
export const holdingsOf = async ({ reader, wallet, neighbourWallet, devnet, providers, signal }: Stage): Promise<Holdings> => {
  const sheets = await allSheets(reader, signal);
  const accounts = [wallet, neighbourWallet, devnet.purse.wallet.address.toLowerCase(), ...providers.map(({ provider }) => provider)];
  const entries = accounts.map(async (account) => {
    const { token, credit } = await reader.balances(account as typeof wallet, signal);
    const stake = sheets.find(({ provider }) => provider === account)?.stake ?? wei(0n);
    return [account, { token, credit, stake }] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
};

/** The providers' folders, as they are now. */
export const providerFacts = ({ providers }: Stage): Promise<readonly ProviderFacts[]> =>
  Promise.all(
    providers.map(async ({ provider, person, daemon }) => ({
      provider,
      pid: daemon.pid,
      dir: person.home,
      bytesOnDisk: await sectorBytesIn(person.home),
    })),
  );

/** Everything that the steps found. */
export interface Findings {
  readonly code: Code;
  readonly stored: StoredFiles;
  readonly fetched: FetchedFiles;
  readonly lost: LostProvider;
  readonly repairedShards: number;
  readonly providers: readonly ProviderFacts[];
  readonly before: { readonly block: BlockNumber; readonly holdings: Holdings };
}

/** Sums the run up from the chain's events and balances. */
export const summarize = async (stage: Stage, findings: Findings): Promise<Summary> => {
  const { code, stored, fetched, lost, before, repairedShards, providers } = findings;
  const { reader, signal } = stage;
  const { block: through } = await reader.head(signal);
  const events = await reader.events(blockNumber(before.block + 1), through, signal);
  const of = (name: string): readonly MarketEvent[] => events.filter((event) => event.name === name);
  const sum = (name: string, key: string): bigint => of(name).reduce((total, { args }) => total + (args[key] as bigint), 0n);
  const missed = of('Missed');
  const killed = lost.provider.provider;
  const [burnt, bounty] = [sum('Missed', 'burnt') + sum('Defaulted', 'burnt'), sum('Missed', 'bounty')];
  return {
    file: { bytes: stored.first.bytes, sha256: stored.first.sha256 },
    retrieved: fetched.first,
    second: {
      bytes: stored.second.bytes,
      sha256: stored.second.sha256,
      retrievedSha256: fetched.second.sha256,
      renterTransactions: stored.secondTransactions,
    },
    providers,
    k: code.k,
    n: code.n,
    audits: {
      proved: of('Proven').length,
      provedBeforeKill: of('Proven').filter(({ args }) => Number(args['period']) < lost.missed).length,
      missed: missed.length,
      missedByKilled: missed.filter(({ args }) => String(args['provider']).toLowerCase() === killed).length,
    },
    rentPaid: sum('DealSettled', 'rent'),
    egressPaid: sum('VoucherRedeemed', 'paid'),
    slashed: burnt + bounty + sum('Missed', 'compensation'),
    burnt,
    compensated: sum('DealSettled', 'compensation'),
    bounty,
    collateralPaid: sum('DealClosed', 'collateral') + sum('DealForfeited', 'collateral') + sum('ChallengeExpired', 'collateral'),
    challenges: challengesIn(events),
    repairedShards,
    transfers: transfersOf(events),
    balances: { before: before.holdings, after: await holdingsOf(stage) },
    gas: {
      open: await dearest(stage, of('DealOpened')),
      commit: await dearest(stage, of('DealCommitted')),
      prove: await dearest(stage, of('Proven')),
      close: await dearest(stage, of('DealClosed')),
    },
    killed: { provider: killed, lastProven: lost.missed - 1 },
    blocks: { from: before.block, through },
  };
};

/** What became of challenges and their bonds. */
const challengesIn = (events: readonly MarketEvent[]): Summary['challenges'] => {
  const of = (name: string): readonly MarketEvent[] => events.filter((event) => event.name === name);
  const bonds = (name: string): bigint => of(name).reduce((total, { args }) => total + (args['bond'] as bigint), 0n);
  const toProviders = of('ChallengeAnswered').reduce((total, { args }) => total + (args['bond'] as bigint) / 2n, 0n);
  return {
    answered: of('ChallengeAnswered').length,
    expired: of('ChallengeExpired').length,
    bonds: {
      paid: bonds('ChallengeOpened'),
      burnt: bonds('ChallengeAnswered') - toProviders,
      toProviders,
      returned: bonds('BondReturned'),
    },
  };
};

/** `gasUsed` of the dearest transaction that any of `events` came from. */
const dearest = async ({ devnet }: Stage, events: readonly MarketEvent[]): Promise<bigint> => {
  const hashes = [...new Set(events.map(({ transaction }) => transaction))];
  const receipts = await Promise.all(hashes.map((hash) => devnet.purse.provider.getTransactionReceipt(hash)));
  return receipts.reduce((most, receipt) => (receipt && receipt.gasUsed > most ? receipt.gasUsed : most), 0n);
};

/** The summary as the text of its file. */
export const summaryText = (summary: Summary | Pick<Summary, 'providers' | 'blocks'>): string =>
  `${JSON.stringify(summary, (_key, value: unknown) => (typeof value === 'bigint' ? value.toString() : value), 2)}\n`;
