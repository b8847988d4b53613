import { expect } from 'chai';
import { encode } from 'cborg';
import fc from 'fast-check';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import type { Stream } from '@libp2p/interface';
import { HoldfastError, isHoldfastError } from '../../node/core/errors/holdfast-error.js';
import { leaves } from '../../node/core/units.js';
import type { ProviderLink } from '../../node/ports/link.js';
import { createDialer } from '../../node/transport/dialer.js';
import type { Host } from '../../node/transport/host.js';
import type { DialerLimits } from '../../node/transport/limits.js';
import { listSectorsAnswer } from '../../node/transport/messages/list-sectors.js';
import { pullMessage } from '../../node/transport/messages/pull.js';
import { readLeavesAnswer } from '../../node/transport/messages/read-leaves.js';
import { refusalMessage } from '../../node/transport/messages/refusal.js';
import { termsAnswer } from '../../node/transport/messages/terms.js';
import { serveProvider } from '../../node/transport/provider-server.js';
import { rejection } from '../support/coded-rejection.js';
import { createMemoryHost, createTcpHost } from '../support/worlds/hosts.js';
import {
  authorizationFor,
  createBob,
  patterned,
  rootNumber,
  sectorNumber,
  signedOver,
  sourceOf,
  terms,
} from '../support/worlds/link-fixtures.js';
import { answerWith, rawFrame } from '../support/worlds/mallory.js';
import { readOne } from '../support/read-one.js';

const TERMS = '/holdfast/terms/1';
const goodTerms = termsAnswer.encode(terms);

describe('Alice rents from Mallory, who breaks the protocol', () => {
  let alice: Host;
  let mallory: Host;
  let link: ProviderLink;
  const connect = async (limits: Partial<DialerLimits> = {}): Promise<void> => {
    link = await createDialer(alice, { limits }).dial({ peerId: mallory.peer, addresses: mallory.addresses() });
  };
  const authorization = () => authorizationFor(alice.peer);
  /** Mallory says these bytes and ends her side. */
  const saying =
    (...frames: readonly Uint8Array[]) =>
    (stream: Stream): void => {
      stream.send(Buffer.concat(frames));
      void stream.close();
    };
  beforeEach(async () => {
    [alice, mallory] = await Promise.all([createMemoryHost(), createMemoryHost()]);
  });
  afterEach(async () => {
    await Promise.all([alice.stop(), mallory.stop()]);
  });

  it('by not speaking it at all', async () => {
    await connect();
    const error = await rejection(link.terms(), 'PEER_MISBEHAVED');
    expect(error.data).to.deep.equal({ peer: mallory.peer, what: 'it did not agree on a stream for /holdfast/terms/1' });
  });

  it('by stopping in the middle of a message', async () => {
    await answerWith(mallory, TERMS, saying(rawFrame('message', goodTerms).subarray(0, 40)));
    await connect();
    await rejection(link.terms(), 'PEER_MISBEHAVED');
  });

  it('by ending without a word', async () => {
    await answerWith(mallory, TERMS, saying());
    await connect();
    await rejection(link.terms(), 'PEER_MISBEHAVED');
  });

  it('by resetting the stream', async () => {
    await answerWith(mallory, TERMS, (stream) => stream.abort(new Error('no')));
    await connect();
    await rejection(link.terms(), 'PEER_MISBEHAVED');
  });

  it('by announcing a message over its cap, which is not waited for', async () => {
    await answerWith(mallory, TERMS, (stream) => void stream.send(rawFrame('message', goodTerms, 2 ** 32 - 1)));
    await connect();
    const error = await rejection(link.terms(), 'PEER_MISBEHAVED');
    expect(error.cause).to.be.instanceOf(HoldfastError).and.have.property('code', 'MESSAGE_TOO_LARGE');
    expect(error.message).to.contain('a terms answer of 4294967295 bytes is over the cap of 512 bytes');
  });

  it('by adding a field', async () => {
    const answer = Uint8Array.of((goodTerms[0] as number) + 1, ...goodTerms.subarray(1), ...encode('zzzzzzzzzzzz'), 0);
    await answerWith(mallory, TERMS, saying(rawFrame('message', answer)));
    await connect();
    const error = await rejection(link.terms(), 'PEER_MISBEHAVED');
    expect(error.cause).to.be.instanceOf(HoldfastError).and.have.property('code', 'MESSAGE_INVALID');
    expect(error.message).to.contain('unknown field "zzzzzzzzzzzz"');
  });

  it('by sending another kind of frame, or one that there is not', async () => {
    for (const kind of ['pull', 'bytes', 4, 255] as const) {
      await mallory.node.unhandle(TERMS);
      await answerWith(mallory, TERMS, saying(rawFrame(kind, goodTerms)));
      await connect();
      await rejection(link.terms(), 'PEER_MISBEHAVED');
    }
  });

  it('by sending noise: it is her fault every time, and nothing else happens', async () => {
    let noise: Uint8Array = new Uint8Array(0);
    await answerWith(mallory, TERMS, (stream) => saying(noise)(stream));
    await connect();
    const looksLikeAFrame = fc.uint8Array({ maxLength: 200 }).map((payload) => rawFrame('message', payload));
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.uint8Array({ maxLength: 600 }), looksLikeAFrame), async (bytes) => {
        noise = bytes;
        await rejection(link.terms(), 'PEER_MISBEHAVED');
      }),
      { numRuns: 60 },
    );
  });

  it('by a refusal with control characters, which do not reach the terminal', async () => {
    const refusal = refusalMessage.encode({ code: 'NO\u001b[2J', sentence: 'go\u001b[31m away\r\n\u202e' });
    await answerWith(mallory, TERMS, saying(rawFrame('refusal', refusal)));
    await connect();
    const error = await rejection(link.terms(), 'PEER_REFUSED');
    expect(error.data).to.deep.equal({ peer: mallory.peer, code: 'NO??2J', sentence: 'go [31m away   ' });
  });

  it('by saying nothing: the connection is given up, and the next call makes a new one', async () => {
    let silent = true;
    let connections = 0;
    mallory.node.addEventListener('connection:open', () => connections++);
    await answerWith(mallory, TERMS, (stream) => {
      if (!silent) saying(rawFrame('message', goodTerms))(stream);
    });
    await connect({ silenceMilliseconds: 50 });
    await rejection(link.terms(), 'PEER_SILENT');
    silent = false;
    expect(await link.terms()).to.deep.equal(terms);
    expect(connections).to.equal(2);
  });

  it('by beginning an answer and not ending it', async () => {
    await answerWith(mallory, TERMS, (stream) => void stream.send(rawFrame('message', goodTerms).subarray(0, 20)));
    await connect({ frameMilliseconds: 50 });
    await rejection(link.terms(), 'PEER_SILENT');
  });

  it('by giving fewer or more leaves than were asked for', async () => {
    const proof = rawFrame('message', readLeavesAnswer.encode({ proof: [] }));
    await answerWith(mallory, '/holdfast/read-leaves/2', (stream, connection) => {
      const wrong = connection.streams.length % 2 === 0 ? 63 : 65;
      saying(proof, rawFrame('bytes', patterned(64), wrong), patterned(1))(stream);
    });
    await connect();
    const range = { root: rootNumber(1), from: leaves(0), count: leaves(2) };
    for (let i = 0; i < 4; i++) await rejection(readOne(link, authorization(), range), 'PEER_MISBEHAVED');
  });

  it('by pulling bytes twice, ahead, behind the end, or too many at once', async () => {
    const source = sourceOf(sectorNumber(1, 4_096), patterned(4_096 * 32));
    const pulls = [
      [{ offset: 32, length: 32 }],
      [
        { offset: 0, length: 32 },
        { offset: 0, length: 32 },
      ],
      [{ offset: 0, length: 4_096 * 32 + 1 }],
      [{ offset: 0, length: 262_144 }],
    ];
    let next: (typeof pulls)[number] = [];
    await answerWith(mallory, '/holdfast/write-sector/1', (stream) => {
      stream.send(Buffer.concat(next.map((pull) => rawFrame('pull', pullMessage.encode(pull)))));
    });
    await connect();
    for (next of pulls) await rejection(link.writeSector(authorization(), source), 'PEER_MISBEHAVED');
  });

  it('by listing more sectors than anybody has', async () => {
    const sectors = 262_145;
    const signed = signedOver([]);
    const answer = listSectorsAnswer.encode({ signed: { ...signed, revision: { ...signed.revision, sectors } } });
    await answerWith(mallory, '/holdfast/list-sectors/1', (stream) => void stream.send(rawFrame('message', answer)));
    await connect();
    await rejection(link.listSectors(authorization()), 'MESSAGE_TOO_LARGE');
  });

  it('by breaking the connection off in the middle of a transfer', async () => {
    await answerWith(mallory, '/holdfast/write-sector/1', (stream, connection) => {
      stream.send(rawFrame('pull', pullMessage.encode({ offset: 0, length: 262_144 })));
      stream.addEventListener('message', () => connection.abort(new Error('gone')));
    });
    await connect();
    await rejection(link.writeSector(authorization(), sourceOf(sectorNumber(1), patterned(4 << 20))), 'PEER_UNREACHABLE');
  });
});

describe('Alice dials', () => {
  let alice: Host;
  const dial = (peerId: string, addresses: readonly string[], dialMilliseconds = 10_000): Promise<ProviderLink> =>
    createDialer(alice, { limits: { dialMilliseconds } }).dial({ peerId, addresses });
  const someone = '12D3KooWNvSZnPi3RrhrTwEY4LuuBeB6K6facKUCJcyWG1aoDd2p';
  beforeEach(async () => {
    alice = await createTcpHost({ listen: [] });
  });
  afterEach(async () => {
    await alice.stop();
  });

  it('a provider that is not there', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    const error = await rejection(dial(someone, [`/ip4/127.0.0.1/tcp/${port}`]), 'PEER_UNREACHABLE');
    expect(error.message).to.contain('ECONNREFUSED');
  });

  it('a provider whose addresses or peer id make no sense', async () => {
    await rejection(dial(someone, []), 'PEER_UNREACHABLE');
    await rejection(dial(someone, ['http://example.org', 'no address', '']), 'PEER_UNREACHABLE');
    await rejection(dial('Bob', ['/ip4/127.0.0.1/tcp/1']), 'PEER_UNREACHABLE');
  });

  it('an address where somebody else answers', async () => {
    const mallory = await createTcpHost();
    await serveProvider(mallory, createBob());
    const error = await rejection(dial(someone, mallory.addresses()), 'PEER_UNREACHABLE');
    expect(error.data.peer).to.equal(someone);
    await mallory.stop();
  });

  it('a provider that takes the connection and says nothing', async () => {
    const sockets = new Set<{ destroy(): void }>();
    const server = createServer((socket) => void sockets.add(socket)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const error = await rejection(dial(someone, [`/ip4/127.0.0.1/tcp/${port}`], 100), 'PEER_SILENT');
    expect(error.data).to.deep.equal({ peer: someone, waitedFor: 'a connection', milliseconds: 100 });
    for (const socket of sockets) socket.destroy();
    server.close();
  });

  it('and stops when told to', async () => {
    const reason = new Error('enough');
    const outcome = await createDialer(alice)
      .dial({ peerId: someone, addresses: ['/ip4/127.0.0.1/tcp/1'] }, AbortSignal.abort(reason))
      .catch((error: unknown) => error);
    expect(outcome).to.equal(reason);
  });

  it('Bob twice, over one connection, which ends with the last link', async () => {
    const bob = await createTcpHost();
    await serveProvider(bob, createBob());
    const dialer = createDialer(alice);
    const provider = { peerId: bob.peer, addresses: bob.addresses() };
    const [first, second] = await Promise.all([dialer.dial(provider), dialer.dial(provider)]);
    expect(alice.node.getConnections()).to.have.length(1);
    await first.close();
    await first.close();
    expect(await second.terms()).to.deep.equal(terms);
    expect(alice.node.getConnections()).to.have.length(1);
    await second.close();
    expect(alice.node.getConnections()).to.have.length(0);
    await bob.stop();
  });

  it('Bob and asks for all it may at once, before the connection has settled', async () => {
    const bob = await createTcpHost();
    await serveProvider(bob, createBob(), { limits: { readingsPerPeer: 30 } });
    const dialer = createDialer(alice, { limits: { requestsPerProvider: 30 } });
    const link = await dialer.dial({ peerId: bob.peer, addresses: bob.addresses() });
    const answers = await Promise.all(Array.from({ length: 90 }, () => link.terms()));
    expect(answers).to.have.length(90);
    await bob.stop();
  });

  it('Bob again by itself after the connection broke off', async () => {
    const bob = await createTcpHost();
    await serveProvider(bob, createBob());
    const link = await createDialer(alice).dial({ peerId: bob.peer, addresses: bob.addresses() });
    await link.terms();
    for (const connection of alice.node.getConnections()) connection.abort(new Error('a cable was pulled'));
    expect(await link.terms()).to.deep.equal(terms);
    await bob.stop();
    const failure = await link.terms().catch((error: unknown) => error);
    expect(isHoldfastError(failure, 'PEER_UNREACHABLE')).to.equal(true);
  });
});
