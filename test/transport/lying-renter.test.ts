import { expect } from 'chai';
import fc from 'fast-check';
import type { Connection, Stream } from '@libp2p/interface';
import { multiaddr } from '@multiformats/multiaddr';
import type { ProviderService } from '../../node/ports/link.js';
import { createDialer } from '../../node/transport/dialer.js';
import type { Host } from '../../node/transport/host.js';
import type { HostLimits, ServerLimits } from '../../node/transport/limits.js';
import { leaves } from '../../node/core/units.js';
import { readLeavesRequest } from '../../node/transport/messages/read-leaves.js';
import { refusalMessage, type Refusal } from '../../node/transport/messages/refusal.js';
import { signRevisionRequest } from '../../node/transport/messages/sign-revision.js';
import { termsAnswer, termsRequest } from '../../node/transport/messages/terms.js';
import { writeSectorRequest } from '../../node/transport/messages/write-sector.js';
import { serveProvider, type ProviderServer } from '../../node/transport/provider-server.js';
import { rejection } from '../support/coded-rejection.js';
import { createMemoryHost } from '../support/worlds/hosts.js';
import {
  authorizationFor,
  createBob,
  patterned,
  renterSignature,
  revisionOver,
  sectorNumber,
  sourceOf,
  terms,
} from '../support/worlds/link-fixtures.js';
import { framesIn, listen, rawFrame } from '../support/worlds/mallory.js';

const TERMS = '/holdfast/terms/1';
const WRITE = '/holdfast/write-sector/1';

describe('Bob provides to Mallory, who breaks the protocol', () => {
  let bob: Host;
  let mallory: Host;
  let server: ProviderServer;
  let connection: Connection;
  const serve = async (
    service: ProviderService,
    limits: Partial<ServerLimits> = {},
    hostLimits: Partial<HostLimits> = {},
  ): Promise<void> => {
    bob = await createMemoryHost({ limits: hostLimits });
    server = await serveProvider(bob, service, { limits: { lingerMilliseconds: 100, ...limits } });
    connection = await mallory.node.dial(bob.addresses().map((address) => multiaddr(address)));
  };
  /** What Bob answers to these bytes when Mallory then ends her side (or does not). */
  const answerTo = async (protocol: string, bytes: Uint8Array, then: (stream: Stream) => void = (stream) => void stream.close()) => {
    const stream = await connection.newStream(protocol);
    const { heard, ended } = listen(stream);
    if (bytes.length > 0) stream.send(bytes);
    then(stream);
    await ended;
    return framesIn(heard);
  };
  const refusalTo = async (...asked: Parameters<typeof answerTo>): Promise<Refusal> => {
    const [frame, ...more] = await answerTo(...asked);
    expect(frame?.kind).to.equal('refusal');
    expect(more).to.have.length(0);
    return refusalMessage.decode(frame?.payload ?? new Uint8Array(0));
  };
  const staysOpen = (): void => undefined;
  const writeRequest = () => writeSectorRequest.encode({ authorization: authorizationFor(mallory.peer), sector: sectorNumber(1) });
  const aliceIsServed = async (): Promise<void> => {
    const alice = await createMemoryHost();
    const link = await createDialer(alice).dial({ peerId: bob.peer, addresses: bob.addresses() });
    const sector = sectorNumber(99, 300);
    await link.writeSector(authorizationFor(alice.peer), sourceOf(sector, patterned(9_600)));
    await alice.stop();
  };
  beforeEach(async () => {
    mallory = await createMemoryHost();
  });
  afterEach(async () => {
    await server.stop();
    await Promise.all([bob.stop(), mallory.stop()]);
  });

  it('with a request over its cap, which Bob does not wait for', async () => {
    await serve(createBob());
    const refusal = await refusalTo(TERMS, rawFrame('message', new Uint8Array(0), 2 ** 31), staysOpen);
    expect(refusal.code).to.equal('MESSAGE_TOO_LARGE');
    await aliceIsServed();
  });

  it('with an unknown field, garbage, another kind of frame, or half a request', async () => {
    await serve(createBob());
    const request = termsRequest.encode({});
    expect(request).to.deep.equal(Uint8Array.of(0xa0));
    expect((await refusalTo(TERMS, rawFrame('message', Uint8Array.of(0xa1, 0x61, 0x7a, 0x00)))).sentence).to.contain('unknown field "z"');
    expect((await refusalTo(TERMS, rawFrame('message', Uint8Array.of(0xff)))).code).to.equal('MESSAGE_INVALID');
    expect((await refusalTo(TERMS, rawFrame('bytes', request))).code).to.equal('PEER_MISBEHAVED');
    expect((await refusalTo(TERMS, rawFrame('message', request, 9))).code).to.equal('PEER_MISBEHAVED');
    expect((await refusalTo(TERMS, new Uint8Array(0))).code).to.equal('PEER_MISBEHAVED');
    await aliceIsServed();
  });

  it('with noise on every protocol: Bob refuses and goes on', async () => {
    await serve(createBob());
    const protocol = fc.constantFrom(TERMS, WRITE, '/holdfast/sign-revision/1', '/holdfast/read-leaves/2', '/holdfast/list-sectors/1');
    const looksLikeAFrame = fc.uint8Array({ maxLength: 200 }).map((payload) => rawFrame('message', payload));
    await fc.assert(
      fc.asyncProperty(protocol, fc.oneof(fc.uint8Array({ maxLength: 600 }), looksLikeAFrame), async (name, bytes) => {
        const [frame] = await answerTo(name, bytes);
        expect(frame?.kind).to.equal('refusal');
      }),
      { numRuns: 60 },
    );
    await aliceIsServed();
  });

  it('with a change that is larger than Bob takes, or whose indices do not ascend', async () => {
    await serve(createBob());
    const head = {
      authorization: authorizationFor(mallory.peer),
      revision: revisionOver([]),
      base: 0n,
      renterSignature,
      removed: 2,
      appended: 0,
    };
    const tooMany = rawFrame('message', signRevisionRequest.encode({ ...head, appended: 16_385 }));
    expect((await refusalTo('/holdfast/sign-revision/1', tooMany)).code).to.equal('MESSAGE_TOO_LARGE');
    const twice = Buffer.concat([rawFrame('message', signRevisionRequest.encode(head)), rawFrame('bytes', new Uint8Array(6))]);
    const frames = await answerTo('/holdfast/sign-revision/1', twice);
    expect(frames.map(({ kind }) => kind)).to.deep.equal(['pull', 'refusal']);
  });

  it('by giving a sector in other portions than it was asked for', async () => {
    const stored: unknown[] = [];
    await serve(createBob({ storeSector: async (...all) => void stored.push(all) }));
    const request = rawFrame('message', writeRequest());
    for (const bytes of [
      rawFrame('bytes', patterned(64)),
      rawFrame('bytes', patterned(64), 262_145),
      rawFrame('message', Uint8Array.of(0xa0)),
    ]) {
      const frames = await answerTo(WRITE, Buffer.concat([request, bytes]));
      expect(frames.map(({ kind }) => kind)).to.deep.equal(['pull', 'pull', 'pull', 'pull', 'refusal']);
    }
    expect(stored).to.have.length(0);
  });

  it('by vanishing in the middle of a sector: the place she held is free again, and nothing is stored', async () => {
    const service = createBob();
    await serve(service, { uploads: 1 }, { strangerBytes: 1 << 20 });
    const stream = await connection.newStream(WRITE);
    const pulled = new Promise((resolve) => stream.addEventListener('message', resolve));
    stream.send(Buffer.concat([rawFrame('message', writeRequest()), rawFrame('bytes', patterned(262_144))]));
    await pulled;
    connection.abort(new Error('gone'));
    await aliceIsServed();
    expect([...service.stored.keys()]).to.deep.equal([sectorNumber(99).root]);
  });

  it('by falling silent in the middle of a sector: Bob waits for one deadline and frees her place', async () => {
    await serve(createBob(), { uploads: 1, frameMilliseconds: 100 }, { strangerBytes: 1 << 20 });
    const frames = await answerTo(
      WRITE,
      Buffer.concat([rawFrame('message', writeRequest()), rawFrame('bytes', patterned(262_144))]),
      staysOpen,
    );
    expect(frames.map(({ kind }) => kind).slice(0, 5)).to.deep.equal(['pull', 'pull', 'pull', 'pull', 'pull']);
    await aliceIsServed();
  });

  it('by opening streams and saying nothing', async () => {
    await serve(createBob(), { readingMilliseconds: 100, readingsPerPeer: 3 });
    const ends = await Promise.all(Array.from({ length: 8 }, async () => listen(await connection.newStream(TERMS))));
    await aliceIsServed();
    await Promise.all(ends.map(({ ended }) => ended));
    const codes = ends.flatMap(({ heard }) => framesIn(heard).map(({ payload }) => refusalMessage.decode(payload).code));
    expect(codes.filter((code) => code === 'PEER_BUSY')).to.have.length(5);
  });

  it('by not reading the answer: the request is over after one deadline, whatever waits', async () => {
    const service = createBob();
    await serve(service, { frameMilliseconds: 100, requests: 8, requestsPerDeal: 8 });
    const first = { from: leaves(0), count: leaves(8_192), voucher: undefined, last: true };
    const request = rawFrame(
      'message',
      readLeavesRequest.encode({ authorization: authorizationFor(mallory.peer), root: sectorNumber(1).root, first }),
    );
    const deaf = await Promise.all(
      Array.from({ length: 8 }, async () => {
        const stream = await connection.newStream('/holdfast/read-leaves/2');
        stream.pause();
        stream.send(request);
        return stream;
      }),
    );
    await Promise.all(deaf.map((stream) => new Promise((resolve) => stream.addEventListener('close', resolve))));
    await aliceIsServed();
  });

  it('by opening connection after connection', async () => {
    await serve(createBob(), {}, { connectionsPerPeer: 2 });
    const dial = () => mallory.node.dial(multiaddr(bob.addresses()[0]), { force: true });
    await Promise.allSettled([dial(), dial(), dial(), dial()]);
    expect(bob.node.getConnections(mallory.node.peerId).length).to.be.at.most(2);
    await aliceIsServed();
  });

  it('and when Bob stops, what is in hand is refused with PEER_STOPPING, and nothing new is taken', async () => {
    const entered = Promise.withResolvers<void>();
    await serve(
      createBob({
        terms: (_peer, signal) =>
          new Promise((_resolve, reject) => {
            signal.addEventListener('abort', () => reject(signal.reason as Error));
            entered.resolve();
          }),
      }),
    );
    const refusal = refusalTo(TERMS, rawFrame('message', termsRequest.encode({})), staysOpen);
    await entered.promise;
    await server.stop();
    expect((await refusal).code).to.equal('PEER_STOPPING');
    const alice = await createMemoryHost();
    const link = await createDialer(alice).dial({ peerId: bob.peer, addresses: bob.addresses() });
    await rejection(link.terms(), 'PEER_MISBEHAVED');
    await alice.stop();
  });

  it('and an honest request in one piece with its end is answered', async () => {
    await serve(createBob());
    const [frame] = await answerTo(TERMS, rawFrame('message', termsRequest.encode({})));
    expect(termsAnswer.decode(frame?.payload ?? new Uint8Array(0))).to.deep.equal(terms);
  });
});
