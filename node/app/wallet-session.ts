import { createSettlementReader } from '../chain/settlement-reader.js';
import { createSettlement } from '../chain/settlement.js';
import { toHex } from '../core/bytes.js';
import type { Settlement, SettlementReader } from '../ports/settlement.js';
import type { Book } from './book.js';
import type { Settings } from './config.js';
import { findBook } from './find-book.js';
import { foldersOf } from './folders.js';
import { createKeystore } from './keystore.js';
import type { Keystore, KeyRole } from './keystore.js';
import { rpcUrlsOf } from './rpc-urls.js';

/** A chain that can be read. Disposing it frees its sockets. */
export interface ReaderSession extends AsyncDisposable {
  readonly book: Book;
  readonly reader: SettlementReader;
}

/** A chain that one key can act on. Disposing it waits for the transaction in hand. */
export interface WalletSession extends AsyncDisposable {
  readonly book: Book;
  readonly settlement: Settlement;
  /** The key, for what must be derived from it. */
  readonly key: Uint8Array;
}

/** The keystore of the home folder. */
export const keystoreOf = (settings: Settings): Keystore =>
  createKeystore({ folder: foldersOf(settings).keys, scryptCost: settings.keystore.scryptCost });

/** Connects to the chain of the settings, to read. */
export const openReader = async (settings: Settings, signal: AbortSignal): Promise<ReaderSession> => {
  const rpcUrl = rpcUrlsOf(settings);
  const book = await findBook(settings, signal);
  const reader = await createSettlementReader({ rpcUrl, book, signal });
  return {
    book,
    reader,
    [Symbol.asyncDispose]: () => {
      reader.close();
      return Promise.resolve();
    },
  };
};

/** Connects to the chain with the key of `role`, unlocked with `password`, which is asked for last. */
export const openWallet = async (
  settings: Settings,
  password: () => Promise<string>,
  signal: AbortSignal,
  role: KeyRole = 'wallet',
): Promise<WalletSession> => {
  const rpcUrl = rpcUrlsOf(settings);
  const book = await findBook(settings, signal);
  const keystore = keystoreOf(settings);
  const account = await keystore.addressOf(role);
  const key = await keystore.unlock(role, await password());
  const settlement = await createSettlement({
    rpcUrl,
    book,
    signerKey: toHex(key),
    directory: foldersOf(settings).transactions(account),
    signal,
  });
  return {
    book,
    settlement,
    key,
    [Symbol.asyncDispose]: async () => {
      await settlement.close();
    },
  };
};
