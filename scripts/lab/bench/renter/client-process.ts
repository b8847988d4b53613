/** The renter of the renter bench, in a process of its own, over TCP; the chain is in its memory. */
import { multiaddr } from '@multiformats/multiaddr';
import { openFileSource } from '../../../../node/app/files/file-source.js';
import { createWorkerSlabCoder } from '../../../../node/app/workers/slab-coder.js';
import type { KeySigner } from '../../../../node/core/keys/signing.js';
import { noMetrics } from '../../../../node/core/metrics/no-metrics.js';
import type { ByteSink } from '../../../../node/ports/world.js';
import { createRenter } from '../../../../node/renter/renter.js';
import { catalogueOn, createCatalogueFiles } from '../../../../node/storage/catalogue.js';
import { openLevelRows } from '../../../../node/storage/rows/level-rows.js';
import { createDialer } from '../../../../node/transport/dialer.js';
import { createHost } from '../../../../node/transport/host.js';
import { createPeerKey } from '../../../../node/transport/peer-key.js';
import { tcpStack } from '../../../../node/transport/tcp-stack.js';
import { bytesOf } from '../../../../test/support/worlds/actors.js';
import { createStillMarket } from '../still-market.js';
import { countRows } from './counted-rows.js';
import { fillCatalogue } from './fill-catalogue.js';
import { measured, obey } from './measured.js';
import { nameOf, type ClientOrder, type ClientSetup, type OrderFigures } from './orders.js';
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
const rows = countRows(await openLevelRows(folder, 'catalogue', ledger.identity));
const catalogue = catalogueOn(rows, ledger.identity);
let firstAt: number | undefined;
let downloaded = 0;
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
  metrics: {
    ...noMetrics,
    add: (name, amount, ..._labels) => {
      if (name === 'holdfast_downloaded_bytes_total') downloaded += amount;
    },
  },
});
const terms = { k, n, periods: 20, room: 2 ** 36 };

const raw = async (protocol: string) => {
  const connection = await host.node.dial(rawAddresses.map((text) => multiaddr(text)));
  return connection.newStream(protocol);
};
/** Takes what comes, and keeps nothing. */
const nowhere: ByteSink = {
  write: async () => void (firstAt ??= performance.now()),
  finish: async () => undefined,
  abandon: async () => undefined,
};

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
    case 'range':
      return () =>
        renter.get({ object: `file ${order.bytes}`, range: { start: order.bytes - order.length, end: order.bytes }, sink: nowhere });
    case 'fill':
      return () => fillCatalogue(catalogue, order.objects);
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

const does = async (order: ClientOrder): Promise<OrderFigures> => {
  const work = await prepare(order);
  [firstAt, downloaded, rows.counted] = [undefined, 0, 0];
  const since = performance.now();
  const { result: _, ...figures } = await measured(work);
  return { ...figures, firstByte: firstAt === undefined ? undefined : (firstAt - since) / 1_000, downloaded, rows: rows.counted };
};

obey(does);
process.send?.('ready');
