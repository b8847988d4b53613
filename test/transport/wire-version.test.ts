import { expect } from 'chai';
import { identify } from '@libp2p/identify';
import { multiaddr } from '@multiformats/multiaddr';
import { createLibp2p } from 'libp2p';
import { protocols } from '../../node/transport/answer-requests.js';
import { hostLimits } from '../../node/transport/limits.js';
import { serveProvider } from '../../node/transport/provider-server.js';
import { tcpStack } from '../../node/transport/tcp-stack.js';
import { createTcpHost } from '../support/worlds/hosts.js';
import { leaves } from '../../node/core/units.js';
import type { SignRequest } from '../../node/ports/link.js';
import { createDialer } from '../../node/transport/dialer.js';
import { packDifference } from '../../node/transport/messages/sector-list.js';
import { signDifferenceRequest, signRevisionAnswer } from '../../node/transport/messages/sign-revision.js';
import {
  authorizationFor,
  createBob,
  patterned,
  providerSignature,
  renterSignature,
  revisionOver,
  rootNumber,
  sectorNumber,
} from '../support/worlds/link-fixtures.js';
import { framesIn, listen, rawFrame } from '../support/worlds/mallory.js';

/** What renters of version 1 have said on the wire since the first release, byte for byte: deal 0xd1…, peer "renter", period 12. */
const AUTHORIZATION = `a4646465616c5820${'d1'.repeat(32)}64706565726672656e74657267657870697265730c697369676e61747572655841${'a5'.repeat(65)}`;
const writeRequest = (root: string): string =>
  `a266736563746f72a264726f6f745820${root}666c6561766573026d617574686f72697a6174696f6e${AUTHORIZATION}`;
/** Base 5, three sectors out and one in. */
const SIGN_REQUEST =
  'a6646261736541056772656d6f7665640368617070656e64656401687265766973696f6ea863656e641828646465616c5820' +
  `${'d1'.repeat(32)}64726f6f745820${'00'.repeat(31)}07657072696365451cbe991a08666c65617665731a00020001666e756d62657248` +
  `fffffffffffffffe67736563746f7273026a76616c6964556e74696c0d6d617574686f72697a6174696f6e${AUTHORIZATION}` +
  `6f72656e7465725369676e61747572655841${'01'.repeat(65)}`;
const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));

describe('A renter of the first release', () => {
  it('finds every protocol that it knows', () => {
    expect([...protocols].sort()).to.deep.equal(
      [
        ...['egress', 'list-sectors', 'lost-sectors'].map((name) => `/holdfast/${name}/1`),
        '/holdfast/read-leaves/2',
        '/holdfast/sign-revision/1',
        '/holdfast/sign-revision/2',
      ].concat(['terms', 'write-sector'].map((name) => `/holdfast/${name}/1`)),
    );
  });

  it('is answered as ever, though it opens with identify, and sends its sector when it is pulled', async () => {
    const bob = await createTcpHost();
    const service = createBob();
    const server = await serveProvider(bob, service);
    const renter = await createLibp2p({ addresses: { listen: [] }, ...tcpStack(hostLimits), services: { identify: identify() } });
    const identified = new Promise<readonly string[]>((resolve) =>
      renter.addEventListener('peer:identify', ({ detail }) => resolve(detail.protocols)),
    );
    const connection = await renter.dial(bob.addresses().map((address) => multiaddr(address)));
    expect(await identified).to.include.members([...protocols]);

    const terms = await connection.newStream('/holdfast/terms/1');
    const heardTerms = listen(terms);
    terms.send(rawFrame('message', bytesOf('a0')));
    await heardTerms.ended;
    expect(framesIn(heardTerms.heard).map(({ kind }) => kind)).to.deep.equal(['message']);

    const write = await connection.newStream('/holdfast/write-sector/1');
    const heard = listen(write);
    const pulled = new Promise((resolve) => write.addEventListener('message', resolve));
    const root = rootNumber(7).slice(2);
    write.send(rawFrame('message', bytesOf(writeRequest(root))));
    await pulled;
    write.send(rawFrame('bytes', patterned(64)));
    await heard.ended;
    expect(framesIn(heard.heard).map(({ kind, payload }) => [kind, Buffer.from(payload).toString('hex')])).to.deep.equal([
      ['pull', 'a2666c656e6774681840666f666673657400'],
      ['message', 'a0'],
    ]);
    expect([...service.stored.keys()]).to.deep.equal([rootNumber(7)]);
    await renter.stop();
    await server.stop();
    await bob.stop();
  });

  it('has a revision signed that names indices and no root of its base', async () => {
    const asked: SignRequest[] = [];
    const bob = await createTcpHost();
    const service = createBob({
      signRevision: async (_peer, _authorization, request) => {
        asked.push(request);
        return providerSignature;
      },
    });
    const server = await serveProvider(bob, service);
    const renter = await createLibp2p({ addresses: { listen: [] }, ...tcpStack(hostLimits) });
    const connection = await renter.dial(bob.addresses().map((address) => multiaddr(address)));
    const sign = await connection.newStream('/holdfast/sign-revision/1');
    const heard = listen(sign);
    const pulled = new Promise((resolve) => sign.addEventListener('message', resolve));
    sign.send(rawFrame('message', bytesOf(SIGN_REQUEST)));
    await pulled;
    sign.send(rawFrame('bytes', bytesOf(`000001000002000007${'00'.repeat(31)}09000005`)));
    await heard.ended;
    expect(framesIn(heard.heard).map(({ kind, payload }) => [kind, Buffer.from(payload).toString('hex')])).to.deep.equal([
      ['pull', 'a2666c656e677468182c666f666673657400'],
      ['message', `a17170726f76696465725369676e61747572655841${'02'.repeat(65)}`],
    ]);
    expect(asked).to.deep.equal([
      {
        revision: revisionOver([sectorNumber(1), sectorNumber(2, 1)]),
        base: 5n,
        change: { remove: [1, 2, 7], append: [sectorNumber(9, 5)] },
        renterSignature,
      },
    ]);
    await renter.stop();
    await server.stop();
    await bob.stop();
  });
});

describe('A provider of the first release', () => {
  it('is asked for its signature as it knows it', async () => {
    const asked: SignRequest[] = [];
    const [alice, bob] = [await createTcpHost(), await createTcpHost()];
    const service = createBob({
      signRevision: async (_peer, _authorization, request) => {
        asked.push(request);
        return providerSignature;
      },
    });
    const server = await serveProvider(bob, service);
    await bob.node.unhandle('/holdfast/sign-revision/2');
    const link = await createDialer(alice).dial({ peerId: bob.peer, addresses: bob.addresses() });
    const request = {
      revision: revisionOver([sectorNumber(1)]),
      base: 5n,
      change: { remove: [0, 1, 2, 9], append: [sectorNumber(1)] },
      renterSignature,
    };
    const authorization = authorizationFor(alice.peer);
    expect(await link.signRevision(authorization, { ...request, baseRoot: rootNumber(6) })).to.equal(providerSignature);
    expect(asked).to.deep.equal([request]);
    await link.close();
    await server.stop();
    await Promise.all([alice.stop(), bob.stop()]);
  });
});

describe('One more sector', () => {
  it('goes over the wire in the same bytes, whether the deal has a hundred sectors or a hundred thousand', async () => {
    const bytes: number[] = [];
    for (const count of [100, 10_000, 100_000]) {
      const revision = { ...revisionOver([]), sectors: count + 1, leaves: leaves((count + 1) * 131_072) };
      const packed = packDifference({ remove: [], append: [sectorNumber(9)] });
      const request = { authorization: authorizationFor('renter'), revision, base: 5n, baseRoot: rootNumber(6), renterSignature };
      const said = signDifferenceRequest.encode({ ...request, ranges: packed.ranges, appended: 1 });
      bytes.push(said.length + packed.bytes.length + signRevisionAnswer.encode({ providerSignature }).length);
    }
    expect(Math.max(...bytes)).to.be.below(1_024);
    expect(Math.max(...bytes) - Math.min(...bytes)).to.be.at.most(8);
  });
});
