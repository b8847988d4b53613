import { existsSync } from 'node:fs';
import { masterKeyFrom, masterKeyMessage, personalDigest, sessionKey } from '../core/keys/keys.js';
import { noMetrics } from '../core/metrics/no-metrics.js';
import { createKeySigner } from '../core/keys/signing.js';
import { createRenter, type Renter } from '../renter/renter.js';
import { createCatalogueFiles, openCatalogueFiles } from '../storage/catalogue.js';
import { createDialer } from '../transport/dialer.js';
import { createHost } from '../transport/host.js';
import { createPeerKey } from '../transport/peer-key.js';
import { tcpStack } from '../transport/tcp-stack.js';
import { systemClock } from './clock.js';
import { Closing } from './closing.js';
import type { Settings } from './settings/config.js';
import { foldersOf } from './settings/folders.js';
import { createLog } from './log.js';
import { openWallet, type WalletSession } from './wallet-session.js';
import { createWorkerSlabCoder } from './workers/slab-coder.js';

/** A renter with everything it needs of the world. Disposing it closes all of that. */
export interface RenterSession extends AsyncDisposable {
  readonly renter: Renter;
  readonly wallet: WalletSession;
}

/** The composition root of a renter's command: every secret derives from the wallet's key. */
export const openRenter = async (settings: Settings, password: () => Promise<string>, signal: AbortSignal): Promise<RenterSession> => {
  await using opened = new Closing();
  const wallet = opened.use(await openWallet(settings, password, signal));
  const { settlement, book } = wallet;
  const { catalogue: path } = foldersOf(settings);
  if (!existsSync(path)) await createCatalogueFiles(path, settlement.identity);
  const catalogue = await openCatalogueFiles(path, settlement.identity);
  opened.defer(() => catalogue.close());

  const master = masterKeyFrom(await createKeySigner(wallet.key).sign(personalDigest(masterKeyMessage(settlement.identity))));
  const host = await createHost({ stack: tcpStack, peerKey: createPeerKey() });
  opened.defer(() => host.stop());
  const coder = createWorkerSlabCoder();
  opened.defer(() => coder.close());

  const renter = createRenter({
    settlement,
    dialer: createDialer(host),
    catalogue,
    coder,
    signer: createKeySigner(sessionKey(master)),
    master,
    clock: systemClock,
    log: createLog({ level: 'alarm' }),
    metrics: noMetrics,
    blockMilliseconds: book.blockMilliseconds,
  });
  opened.defer(() => renter.close());
  const close = opened.move();
  return { renter, wallet, [Symbol.asyncDispose]: () => close[Symbol.asyncDispose]() };
};
