import { existsSync } from 'node:fs';
import { deriveMaster, personalDigest, sessionKey } from '../core/keys/keys.js';
import type { MarketIdentity } from '../core/keys/market-identity.js';
import { noMetrics } from '../core/metrics/no-metrics.js';
import { createKeySigner } from '../core/keys/signing.js';
import { HoldfastError } from '../core/errors/holdfast-error.js';
import type { Address } from '../core/units.js';
import { createRenter, type Renter } from '../renter/renter.js';
import type { Catalogue } from '../ports/catalogue.js';
import { createCatalogueFiles, createMemoryCatalogue, openCatalogueFiles } from '../storage/catalogue.js';
import { createDialer } from '../transport/dialer.js';
import { createHost } from '../transport/host.js';
import { createPeerKey } from '../transport/peer-key.js';
import { tcpStack } from '../transport/tcp-stack.js';
import { findBook } from './book/find-book.js';
import { systemClock } from './clock.js';
import { Closing } from './closing.js';
import { countedFees, type Fees } from './counted-fees.js';
import type { Settings } from './settings/config.js';
import { foldersOf } from './settings/folders.js';
import { createLog } from './log.js';
import { requireSameMaster } from './keys/master-check.js';
import { sessionKeysOf, type SessionFacts } from './keys/session-keys.js';
import { rpcUrlsOf } from './settings/rpc-urls.js';
import { openAccount, openWallet, openWalletToRead, type Unlocking, type WalletSession } from './wallet-session.js';
import { createWorkerSlabCoder } from './workers/slab-coder.js';

/** A renter with everything it needs of the world. Disposing it closes all of that. */
export interface RenterSession extends AsyncDisposable {
  readonly renter: Renter;
  /** The account that acts: the wallet, or the purse. */
  readonly wallet: WalletSession;
  /** All secrets of what is stored derive from it. */
  readonly master: Uint8Array;
  /** What transactions of this session have cost. */
  readonly fees: Fees;
}

/**
 * Who acts for the renter: its wallet; its wallet, which only reads, and so waits for no transaction; or the session key, whose account, the
 * purse, pays.
 */
export type Acting = 'wallet' | 'reader' | 'session';

/** Where the catalogue is: in the home folder, or, forgotten in the end, in memory. */
export type Keeping = 'on-disk' | 'in-memory';

interface Identity {
  readonly wallet: WalletSession;
  readonly master: Uint8Array;
  /** Whose deals they are. */
  readonly renter: Address;
}

const masterOf = ({ settlement, key }: WalletSession): Promise<Uint8Array> => {
  const { account, identity } = settlement;
  return deriveMaster((message) => createKeySigner(key).sign(personalDigest(message)), { ...identity, account });
};

/** STORE_FOREIGN for keys of another market than `identity`. */
const requireSameMarket = (facts: SessionFacts, identity: MarketIdentity): void => {
  for (const field of ['chainId', 'market'] as const) {
    const [found, expected] = [String(facts[field]), String(identity[field])];
    if (found !== expected) throw new HoldfastError('STORE_FOREIGN', { path: 'session.json', field, expected, found });
  }
};

const identify = async (settings: Settings, password: Unlocking, signal: AbortSignal, acting: Acting): Promise<Identity> => {
  if (acting !== 'session') {
    const wallet = await (acting === 'reader' ? openWalletToRead : openWallet)(settings, password, signal);
    return { wallet, master: await masterOf(wallet), renter: wallet.settlement.account };
  }
  rpcUrlsOf(settings);
  const book = await findBook(settings, signal);
  const { facts, master } = await sessionKeysOf(settings).unlock(await password());
  const wallet = await openAccount(settings, book, sessionKey(master), signal);
  try {
    requireSameMarket(facts, wallet.settlement.identity);
    return { wallet, master, renter: facts.renter };
  } catch (error) {
    await wallet[Symbol.asyncDispose]();
    throw error;
  }
};

const openOrCreate = async (path: string, identity: MarketIdentity): Promise<Catalogue> => {
  if (!existsSync(path)) await createCatalogueFiles(path, identity);
  return openCatalogueFiles(path, identity);
};

/** The composition root of a renter's command: every secret derives from the wallet's key. */
export const openRenter = async (
  settings: Settings,
  password: Unlocking,
  signal: AbortSignal,
  acting: Acting = 'wallet',
  keeping: Keeping = 'on-disk',
): Promise<RenterSession> => {
  await using opened = new Closing();
  const { wallet, master, renter: account } = await identify(settings, password, signal, acting);
  opened.use(wallet);
  const { settlement, fees } = countedFees(wallet.settlement);
  const { catalogue: path, masterCheck } = foldersOf(settings);
  await requireSameMaster(masterCheck(settlement.identity), { ...settlement.identity, account }, master);
  const catalogue = keeping === 'in-memory' ? createMemoryCatalogue(settlement.identity) : await openOrCreate(path, settlement.identity);
  opened.defer(() => catalogue.close());

  const host = await createHost({ stack: tcpStack, peerKey: createPeerKey() });
  opened.defer(() => host.stop());
  const coder = createWorkerSlabCoder();
  opened.defer(() => coder.close());

  const renter = createRenter({
    settlement,
    renter: account,
    dialer: createDialer(host),
    catalogue,
    coder,
    signer: createKeySigner(sessionKey(master)),
    master,
    clock: systemClock,
    log: createLog({ level: 'alarm' }),
    metrics: noMetrics,
    blockMilliseconds: await wallet.blockMilliseconds(),
  });
  opened.defer(() => renter.close());
  const close = opened.move();
  return { renter, wallet, master, fees, [Symbol.asyncDispose]: () => close[Symbol.asyncDispose]() };
};
