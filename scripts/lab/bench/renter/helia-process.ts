/**
 * A Helia node of the renter bench, in a process of its own: one that holds a file, or one that fetches it. The parts of Helia alone, over the same stack
 * as ours: TCP, noise and yamux; blocks lie in memory, and nobody but the other node is asked.
 */
import { bitswap } from '@helia/block-brokers';
import { unixfs } from '@helia/unixfs';
import { Helia, type HeliaInit } from '@helia/utils';
import { identify } from '@libp2p/identify';
import { multiaddr } from '@multiformats/multiaddr';
import { MemoryBlockstore } from 'blockstore-core';
import { MemoryDatastore } from 'datastore-core';
import { randomBytes } from 'node:crypto';
import { exporter } from 'ipfs-unixfs-exporter';
import { createLibp2p } from 'libp2p';
import { hostLimits } from '../../../../node/transport/limits.js';
import { tcpStack } from '../../../../node/transport/tcp-stack.js';
import { measured, obey } from './measured.js';
import type { HeliaHolding, HeliaSetup } from './orders.js';

const PIECE = 1 << 20;
/** Milliseconds that a message and a file may take: bitswap drops what takes longer, and asks for it no more. */
const PATIENCE = 300_000;
const patient = {
  messageSendTimeout: PATIENCE,
  messageReceiveTimeout: PATIENCE,
  sendBlocksTimeout: PATIENCE,
  incomingStreamTimeout: PATIENCE,
};

const createNode = async (listen: readonly string[]) => {
  const libp2p = await createLibp2p({ addresses: { listen: [...listen] }, ...tcpStack(hostLimits), services: { identify: identify() } });
  // Its keys have the type of a newer version than Helia's, and are the same.
  const datastore = new MemoryDatastore() as unknown as HeliaInit['datastore'];
  const helia = new Helia({
    libp2p,
    blockstore: new MemoryBlockstore(),
    datastore,
    blockBrokers: [bitswap(patient)],
    routers: [],
  });
  await helia.start();
  return { libp2p, helia, files: unixfs(helia) };
};
type Node = Awaited<ReturnType<typeof createNode>>;

const hold = async (bytes: number): Promise<HeliaHolding> => {
  const { libp2p, files } = await createNode(['/ip4/127.0.0.1/tcp/0']);
  async function* content(): AsyncGenerator<Uint8Array> {
    for (let done = 0; done < bytes; done += PIECE) yield randomBytes(Math.min(PIECE, bytes - done));
  }
  const cid = await files.addByteStream(content());
  return { cid: cid.toString(), addresses: libp2p.getMultiaddrs().map((address) => address.toString()) };
};

/** A node that has nothing yet, connected to the one that has the file. */
const connected = async ({ addresses }: HeliaHolding): Promise<Node> => {
  const node = await createNode([]);
  await node.libp2p.dial(addresses.map((address) => multiaddr(address)));
  return node;
};

const { bytes, holding } = JSON.parse(process.argv[2] ?? '') as HeliaSetup;
if (holding === undefined) {
  process.on('disconnect', () => process.exit());
  process.send?.(await hold(bytes));
} else {
  obey(async () => {
    const { helia, libp2p } = await connected(holding);
    const figures = await measured(async () => {
      const options = { signal: AbortSignal.timeout(PATIENCE) };
      let came = 0;
      const entry = await exporter(holding.cid, helia.blockstore, options);
      if (entry.type !== 'file') throw new Error(`a ${entry.type} came`);
      for await (const piece of entry.content(options)) came += piece.length;
      if (came !== bytes) throw new Error(`${came} of ${bytes} bytes came`);
    });
    await helia.stop();
    await libp2p.stop();
    return figures;
  });
  process.send?.('ready');
}
