import { join } from 'node:path';
import type { MarketIdentity } from '../../core/keys/market-identity.js';
import type { Address } from '../../core/units.js';
import type { Settings } from './config.js';

/** Where things lie in the home folder. */
export interface Folders {
  readonly settingsFile: string;
  readonly keys: string;
  /** File with the check value of the master key on a market. */
  masterCheck(of: Pick<MarketIdentity, 'chainId' | 'market'>): string;
  /** Signed transactions of one account, kept until they are mined. */
  transactions(account: Address): string;
  /** File that remembers how fast a chain's blocks come. */
  pace(chainId: bigint): string;
  readonly sectors: string;
  readonly journal: string;
  /** File that keeps room on the provider's disk for what must be written though it is full. */
  readonly reserve: string;
  /** The same on the disk of transactions, where that is another. */
  readonly transactionReserve: string;
  /** Address and token of the running daemon's HTTP API. */
  readonly daemonFile: string;
  readonly catalogue: string;
  /** Bytes of streams that are being stored. */
  readonly spool: string;
  /** What was verified of settlement histories. */
  readonly ledger: string;
}

/** The folders that `settings` mean; nothing is made. */
export const foldersOf = (settings: Settings): Folders => {
  const { home } = settings;
  const provider = settings.provider.folder ?? join(home, 'provider');
  return {
    settingsFile: join(home, 'config.json'),
    keys: join(home, 'keys'),
    masterCheck: ({ chainId, market }) => join(home, 'checks', `${chainId}-${market}.json`),
    transactions: (account) => join(home, 'transactions', account),
    pace: (chainId) => join(home, 'pace', `${chainId}.json`),
    sectors: join(provider, 'sectors'),
    journal: join(provider, 'journal'),
    reserve: join(provider, 'reserve'),
    transactionReserve: join(home, 'transactions', 'reserve'),
    daemonFile: join(home, 'daemon.json'),
    catalogue: join(home, 'catalogue'),
    spool: join(home, 'spool'),
    ledger: join(home, 'ledger'),
  };
};
