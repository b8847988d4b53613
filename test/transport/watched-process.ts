import { setTimeout as delay } from 'node:timers/promises';
import type { SectorSource } from '../../node/ports/link.js';
import { createDialer } from '../../node/transport/dialer.js';
import { serveProvider } from '../../node/transport/provider-server.js';
import { createTcpHost } from '../support/worlds/hosts.js';
import { authorizationFor, createBob, patterned, sectorNumber } from '../support/worlds/link-fixtures.js';

/** What the test tells the process whose memory it watches. */
export type Order =
  | { readonly kind: 'provide' }
  | {
      readonly kind: 'send';
      readonly provider: { readonly peerId: string; readonly addresses: readonly string[] };
      readonly sectors: number;
    }
  /** Answer the reads that are in hand, and all that come. */
  | { readonly kind: 'answer' }
  | { readonly kind: 'watch' };
/** What it says back. */
export type Report =
  | { readonly kind: 'providing'; readonly peerId: string; readonly port: number }
  /** One more read is in hand. */
  | { readonly kind: 'asked' }
  | { readonly kind: 'sent'; readonly sectors: number }
  | { readonly kind: 'memory'; readonly resident: number };

const report = (message: Report): void => void process.send?.(message);
const collect = (globalThis as unknown as { gc: () => void }).gc;

const answering = Promise.withResolvers<void>();

const provide = async (): Promise<void> => {
  const host = await createTcpHost();
  await serveProvider(host, {
    ...createBob(),
    storeSector: () => Promise.resolve(),
    readLeaves: async (_peer, _authorization, { count }) => {
      report({ kind: 'asked' });
      await answering.promise;
      return { bytes: patterned(count * 32), proof: [] };
    },
  });
  const [address = ''] = host.addresses();
  report({ kind: 'providing', peerId: host.peer, port: Number(/\/tcp\/(\d+)/.exec(address)?.[1]) });
};

const freshSource = (n: number): SectorSource => ({
  sector: sectorNumber(n),
  read: (_offset, length) => Promise.resolve(patterned(length, n)),
});

const renter = createTcpHost({ listen: [] });
const send = async ({ provider, sectors }: Extract<Order, { kind: 'send' }>): Promise<void> => {
  const dialer = createDialer(await renter);
  const link = await dialer.dial(provider);
  const all = Array.from({ length: sectors }, (_, n) => link.writeSector(authorizationFor(dialer.peer), freshSource(n)));
  await Promise.allSettled(all);
  report({ kind: 'sent', sectors });
};

/** Settles, then tells the resident memory twenty times a second. */
const watch = async (): Promise<void> => {
  for (let i = 0; i < 3; i++) {
    collect();
    await delay(100);
  }
  for (;;) {
    report({ kind: 'memory', resident: process.memoryUsage.rss() });
    await delay(50);
  }
};

process.on('disconnect', () => process.exit());
process.on('message', (order: Order) => {
  if (order.kind === 'provide') void provide();
  else if (order.kind === 'send') void send(order);
  else if (order.kind === 'answer') answering.resolve();
  else void watch();
});
