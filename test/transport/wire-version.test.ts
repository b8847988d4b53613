import { expect } from 'chai';
import { identify } from '@libp2p/identify';
import { multiaddr } from '@multiformats/multiaddr';
import { createLibp2p } from 'libp2p';
import { protocols } from '../../node/transport/answer-requests.js';
import { hostLimits } from '../../node/transport/limits.js';
import { serveProvider } from '../../node/transport/provider-server.js';
import { tcpStack } from '../../node/transport/tcp-stack.js';
import { createTcpHost } from '../support/worlds/hosts.js';
import { createBob, patterned, rootNumber } from '../support/worlds/link-fixtures.js';
import { framesIn, listen, rawFrame } from '../support/worlds/mallory.js';

/** What renters of version 1 have said on the wire since the first release, byte for byte: deal 0xd1…, peer "renter", period 12. */
const AUTHORIZATION = `a4646465616c5820${'d1'.repeat(32)}64706565726672656e74657267657870697265730c697369676e61747572655841${'a5'.repeat(65)}`;
const writeRequest = (root: string): string =>
  `a266736563746f72a264726f6f745820${root}666c6561766573026d617574686f72697a6174696f6e${AUTHORIZATION}`;
const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));

describe('A renter of the first release', () => {
  it('finds every protocol that it knows', () => {
    expect([...protocols].sort()).to.deep.equal(
      ['egress', 'list-sectors', 'read-leaves', 'sign-revision', 'terms', 'write-sector'].map((name) => `/holdfast/${name}/1`),
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
});
