import { expect } from 'chai';
import { HoldfastError, isHoldfastError } from '../../node/core/errors/holdfast-error.js';
import type { ProviderLink, SignRequest } from '../../node/ports/link.js';
import { createDialer } from '../../node/transport/dialer.js';
import type { Host } from '../../node/transport/host.js';
import { serveProvider, type ProviderServer } from '../../node/transport/provider-server.js';
import { createTcpHost } from '../support/worlds/hosts.js';
import { authorizationFor, createBob, renterSignature, revisionOver, sectorNumber } from '../support/worlds/link-fixtures.js';

const request: SignRequest = {
  revision: revisionOver([sectorNumber(1)]),
  base: 0n,
  change: { remove: [], append: [sectorNumber(1)] },
  renterSignature,
};

describe('Mallory, who holds a deal and offers revisions that are not what their changes make,', () => {
  let [bob, mallory] = [] as unknown as [Host, Host];
  let server: ProviderServer;
  let link: ProviderLink;
  let looked = 0;

  beforeEach(async () => {
    looked = 0;
    [bob, mallory] = [await createTcpHost(), await createTcpHost()];
    const service = {
      ...createBob(),
      signRevision: () => {
        looked++;
        return Promise.reject(new HoldfastError('REVISION_DISAGREES', { field: 'root', ours: '1', theirs: '2' }));
      },
    };
    server = await serveProvider(bob, service, { limits: { lingerMilliseconds: 100 } });
    link = await createDialer(mallory).dial({ peerId: bob.peer, addresses: bob.addresses() });
  });
  afterEach(async () => {
    await server.stop();
    await Promise.all([bob, mallory].map((host) => host.stop()));
  });

  it('has Bob look at four of them, and loses her connection with the fifth', async () => {
    const authorization = authorizationFor(mallory.peer);
    let answered = 0;
    for (;;) {
      const error: unknown = await link.signRevision(authorization, request).catch((reason: unknown) => reason);
      if (!isHoldfastError(error, 'PEER_REFUSED')) break;
      answered++;
    }
    expect([answered, looked]).to.satisfy(([told, seen]: [number, number]) => seen === 5 && told >= 4);
  });
});
