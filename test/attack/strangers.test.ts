import { expect } from 'chai';
import type { Connection } from '@libp2p/interface';
import { multiaddr } from '@multiformats/multiaddr';
import { HoldfastError } from '../../node/core/errors/holdfast-error.js';
import type { ProviderLink, ProviderService, SignRequest } from '../../node/ports/link.js';
import { createDialer } from '../../node/transport/dialer.js';
import type { Host } from '../../node/transport/host.js';
import { leaves } from '../../node/core/units.js';
import { readLeavesRequest } from '../../node/transport/messages/read-leaves.js';
import { signRevisionRequest } from '../../node/transport/messages/sign-revision.js';
import { serveProvider, type ProviderServer } from '../../node/transport/provider-server.js';
import { createHostAt, createTcpHost } from '../support/worlds/hosts.js';
import {
  authorizationFor,
  createBob,
  patterned,
  providerSignature,
  renterSignature,
  revisionOver,
  sectorNumber,
  sourceOf,
} from '../support/worlds/link-fixtures.js';
import { listen, rawFrame } from '../support/worlds/mallory.js';

const revision: SignRequest = {
  revision: revisionOver([sectorNumber(1)]),
  base: 0n,
  change: { remove: [], append: [sectorNumber(1)] },
  renterSignature,
};

describe('Strangers crowd Bob, with the limits that he has by default,', () => {
  let bob: Host;
  let server: ProviderServer;
  let alice: Host;
  let link: ProviderLink;
  const strangers: Host[] = [];
  const asked = { revisions: 0, reads: 0, authorizations: 0 };

  /** Bob, to whom nobody but Alice speaks for a deal. */
  const createWaryBob = (): ProviderService => {
    const service = createBob();
    return {
      ...service,
      authorize: async (peer, authorization) => {
        asked.authorizations++;
        if (peer !== alice.peer) throw new HoldfastError('DEAL_UNKNOWN', { deal: authorization.deal });
        return { deal: authorization.deal, hasData: true };
      },
      signRevision: async () => {
        asked.revisions++;
        return providerSignature;
      },
      readLeaves: (...request) => {
        asked.reads++;
        return service.readLeaves(...request);
      },
    };
  };
  const strangersDial = (count: number): Promise<Connection[]> =>
    Promise.all(
      Array.from({ length: count }, async (_, n) => {
        const stranger = await createHostAt(`127.0.${n + 1}.1`);
        strangers.push(stranger);
        return stranger.node.dial(bob.addresses().map((address) => multiaddr(address)));
      }),
    );
  const aliceDials = async (): Promise<void> => {
    link = await createDialer(alice).dial({ peerId: bob.peer, addresses: bob.addresses() });
  };
  const aliceIsServed = async (): Promise<void> => {
    const authorization = authorizationFor(alice.peer);
    await link.writeSector(authorization, sourceOf(sectorNumber(99, 300), patterned(9_600)));
    expect(await link.signRevision(authorization, revision)).to.equal(providerSignature);
    expect(await link.listSectors(authorization)).to.equal(undefined);
  };
  beforeEach(async () => {
    Object.assign(asked, { revisions: 0, reads: 0, authorizations: 0 });
    bob = await createTcpHost();
    alice = await createHostAt('127.0.0.2');
    server = await serveProvider(bob, createWaryBob(), { limits: { lingerMilliseconds: 100 } });
  });
  afterEach(async () => {
    await server.stop();
    await Promise.all([bob, alice, ...strangers.splice(0)].map((host) => host.stop()));
  });

  it('without a deal, at the places for revisions: they get none, and Alice gets hers', async () => {
    const heard: Buffer[][] = [];
    for (const [n, connection] of (await strangersDial(4)).entries()) {
      const authorization = authorizationFor(strangers[n]?.peer ?? '');
      const request = { ...revision, authorization, removed: 262_144, appended: 16_384 };
      for (let i = 0; i < 2; i++) {
        const stream = await connection.newStream('/holdfast/sign-revision/1');
        const { heard: answer, ended } = listen(stream);
        stream.send(rawFrame('message', signRevisionRequest.encode(request)));
        await ended;
        heard.push(answer);
        expect(server.load().places).to.deep.equal({ requests: 0, uploads: 0, listings: 0 });
      }
    }
    await aliceDials();
    await aliceIsServed();
    expect(heard.map((frames) => Buffer.concat(frames).toString('latin1').includes('DEAL_UNKNOWN'))).to.deep.equal(Array(8).fill(true));
    expect(asked.revisions).to.equal(1);
  });

  it('saying nothing on more streams than there are places to listen in: they take no other, and Alice is heard', async () => {
    await Promise.all(
      (await strangersDial(24)).map((connection) =>
        Promise.allSettled(Array.from({ length: 12 }, () => connection.newStream('/holdfast/terms/1'))),
      ),
    );
    expect(server.load().strangers).to.be.within(240, 256);
    await aliceDials();
    await aliceIsServed();
    expect(server.load().strangers).to.be.within(200, 256);
    expect(asked.authorizations).to.equal(3);
  });

  it('asking to read, more often than strangers are looked at: no read begins, and Alice is served', async () => {
    const connections = await strangersDial(20);
    const first = { from: leaves(0), count: leaves(8_192), voucher: undefined, last: true };
    const flood = connections.flatMap((connection, n) =>
      Array.from({ length: 12 }, async () => {
        const stream = await connection.newStream('/holdfast/read-leaves/2');
        const authorization = authorizationFor(strangers[n]?.peer ?? '');
        stream.send(rawFrame('message', readLeavesRequest.encode({ authorization, root: sectorNumber(1).root, first })));
        await listen(stream).ended;
      }),
    );
    await aliceDials();
    await aliceIsServed();
    await Promise.allSettled(flood);
    expect(asked.reads).to.equal(0);
  });

  it('with request after request that comes to nothing: the connection goes', async () => {
    const [connection] = await strangersDial(1);
    let refused = 0;
    for (;;) {
      const stream = await connection?.newStream('/holdfast/terms/1').catch(() => undefined);
      if (stream === undefined) break;
      const { ended } = listen(stream);
      stream.send(rawFrame('message', Uint8Array.of(0xff)));
      await stream.close();
      await ended;
      refused++;
    }
    expect(refused).to.be.within(64, 100);
  });
});
