/** The renter of the renter bench, in a process of its own, over TCP; the chain is in its memory. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { multiaddr } from '@multiformats/multiaddr';
import { openFileSource } from '../../../../node/app/files/file-source.js';
import { createWorkerSlabCoder } from '../../../../node/app/workers/slab-coder.js';
import type { KeySigner } from '../../../../node/core/keys/signing.js';
import type { ByteSink } from '../../../../node/ports/world.js';
import { createRenter } from '../../../../node/renter/renter.js';
import { createCatalogueFiles, openCatalogueFiles } from '../../../../node/storage/catalogue.js';
import { createDialer } from '../../../../node/transport/dialer.js';
import { createHost } from '../../../../node/transport/host.js';
import { createPeerKey } from '../../../../node/transport/peer-key.js';
import { tcpStack } from '../../../../node/transport/tcp-stack.js';
import { bytesOf } from '../../../../test/support/worlds/actors.js';
import { createStillMarket } from '../still-market.js';
import { nameOf, type ClientFigures, type ClientOrder, type ClientReport, type ClientSetup } from './orders.js';
import { RAW_DOWN, RAW_UP, rawDown, rawUp } from './raw-stream.js';

const { raw: rawAddresses, folder, providers, k, n } = JSON.parse(process.argv[2] ?? '') as ClientSetup;
const market = createStillMarket();
const { ledger } = market;
const operators = new Map<string, KeySigner>();
for (const [index, { peerId, addresses }] of providers.entries())
  operators.set(peerId, (await market.join(nameOf(index), peerId, addresses)).operator);
market.mine();

const host = await createHost({ stack: tcpStack, peerKey: createPeerKey() });
const dialer = createDialer(host);
const coder = createWorkerSlabCoder();
await createCatalogueFiles(folder, ledger.identity);
const catalogue = await openCatalogueFiles(folder, ledger.identity);
const renter = createRenter({
  ...market.alice,
  dialer: {
    ...dialer,
    // What a provider signs it posts: here at once, and from here, where the chain is.
    dial: async (sheet, signal) => {
      const link = await dialer.dial(sheet, signal);
      const operator = operators.get(sheet.peerId);
      return {
        ...link,
        signRevision: async (authorization, request, until) => {
          const { revision, renterSignature } = request;
          const providerSignature = await link.signRevision(authorization, request, until);
          const signed = { revision, renterSignature, providerSignature };
          if (operator) await ledger.as(operator.address).submit({ kind: 'batch', items: [{ kind: 'commit', signed }] });
          return providerSignature;
        },
      };
    },
  },
  catalogue,
  coder,
});
const terms = { k, n, periods: 20, room: 2 ** 36 };

const raw = async (protocol: string) => {
  const connection = await host.node.dial(rawAddresses.map((text) => multiaddr(text)));
  return connection.newStream(protocol);
};
/** Takes what comes, and keeps nothing. */
const nowhere: ByteSink = { write: async () => undefined, finish: async () => undefined, abandon: async () => undefined };

const smallFiles = (files: number, bytes: number) =>
  Array.from({ length: files }, (_, index) => {
    const content = bytesOf(`small ${index}`, bytes);
    const source = { length: bytes, read: async (offset: number, length: number) => content.slice(offset, offset + length) };
    return { name: `small ${index}`, bytes, open: async () => ({ ...source, [Symbol.asyncDispose]: async () => undefined }) };
  });
const failed = (_: unknown, error: unknown): never => {
  throw error;
};

/** What an order is done with once all that is made for it is there. */
const prepare = async (order: ClientOrder): Promise<() => Promise<unknown>> => {
  switch (order.kind) {
    case 'raw up': {
      const stream = await raw(RAW_UP);
      return () => rawUp(stream, order.bytes);
    }
    case 'raw down': {
      const stream = await raw(RAW_DOWN);
      return () => rawDown(stream, order.bytes);
    }
    case 'put': {
      return async () => {
        await using source = await openFileSource(order.path);
        await renter.put({ ...terms, name: `file ${order.bytes}`, source });
      };
    }
    case 'get':
      return () => renter.get({ object: `file ${order.bytes}`, sink: nowhere });
    case 'small files': {
      const files = smallFiles(order.files, order.bytes);
      return () => renter.putInCrates({ ...terms, files, onFailed: failed });
    }
    case 'forget':
      return async () => {
        for await (const { id } of renter.objects()) await catalogue.deleteObject(id);
      };
  }
};

const measured = async (order: ClientOrder): Promise<ClientFigures> => {
  const work = await prepare(order);
  const delay = monitorEventLoopDelay({ resolution: 10 });
  let residentBytes = 0;
  const watching = setInterval(() => (residentBytes = Math.max(residentBytes, process.memoryUsage.rss())), 100);
  delay.enable();
  const [since, before] = [performance.now(), process.cpuUsage()];
  try {
    await work();
    const { user, system } = process.cpuUsage(before);
    const seconds = (performance.now() - since) / 1_000;
    return { seconds, processor: (user + system) / 1e6, residentBytes, lag: delay.percentile(99) / 1e6 - 10 };
  } finally {
    delay.disable();
    clearInterval(watching);
  }
};

const answer = (report: ClientReport): void => void process.send?.(report);

process.on('disconnect', () => process.exit());
process.on('message', (order: ClientOrder) => {
  measured(order).then(answer, (error: unknown) => answer({ error: String(error instanceof Error ? error.stack : error) }));
});
process.send?.('ready');
