import { noMetrics } from '../core/metrics/no-metrics.js';
import type { ShareLink } from '../core/keys/share-link.js';
import { createGuest, type Guest } from '../renter/sharing/guest.js';
import { createMemoryCatalogue } from '../storage/catalogue.js';
import { createDialer } from '../transport/dialer.js';
import { createHost } from '../transport/host.js';
import { createPeerKey } from '../transport/peer-key.js';
import { tcpStack } from '../transport/tcp-stack.js';
import { systemClock } from './clock.js';
import { Closing } from './closing.js';
import { createLog } from './log.js';
import type { Settings } from './settings/config.js';
import { openReader, readingAs, type ReaderSession } from './wallet-session.js';
import { createWorkerSlabCoder } from './workers/slab-coder.js';

/** Whoever has a link, with all that it takes. Disposing it closes that. */
export interface GuestSession extends AsyncDisposable {
  readonly guest: Guest;
  readonly chain: ReaderSession;
}

/** The composition root of a command that is given a link: it has no wallet, needs no home folder, and writes nothing there. */
export const openGuest = async (settings: Settings, link: ShareLink, signal: AbortSignal): Promise<GuestSession> => {
  await using opened = new Closing();
  const chain = opened.use(await openReader(settings, signal));
  const settlement = readingAs(chain.reader, link.owner);
  const host = await createHost({ stack: tcpStack, peerKey: createPeerKey() });
  opened.defer(() => host.stop());
  const coder = createWorkerSlabCoder();
  opened.defer(() => coder.close());
  const guest = createGuest(
    {
      settlement,
      dialer: createDialer(host),
      catalogue: createMemoryCatalogue(settlement.identity),
      coder,
      clock: systemClock,
      log: createLog({ level: 'alarm' }),
      metrics: noMetrics,
      blockMilliseconds: chain.book.blockMilliseconds,
    },
    link,
  );
  opened.defer(() => guest.close());
  const close = opened.move();
  return { guest, chain, [Symbol.asyncDispose]: () => close[Symbol.asyncDispose]() };
};
