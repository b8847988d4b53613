import { expect } from 'chai';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { createPeerKey } from '../../node/transport/peer-key.js';
import { rejectsCoded } from '../support/coded-errors.js';
import { createTcpHost } from '../support/worlds/hosts.js';

describe('a host that cannot listen', () => {
  const refusal = (listen: readonly string[]) => rejectsCoded(createTcpHost({ peerKey: createPeerKey(), listen }), 'LISTEN_FAILED');

  it('names the address and the reason, and not where in the code it came up', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const taken = `/ip4/127.0.0.1/tcp/${(other.address() as AddressInfo).port}`;
    const { message } = await refusal([taken]);
    expect(message).to.include(`${taken}: listen EADDRINUSE`).and.not.include('\n').and.not.include('transportManager');
    other.close();
  });

  it('says so of an address that is none, or of another machine', async () => {
    expect((await refusal(['/ip4/999.0.0.1/tcp/0'])).message).to.include('/ip4/999.0.0.1/tcp/0');
    expect((await refusal(['/ip4/192.0.2.1/tcp/0'])).message).to.include('EADDRNOTAVAIL');
  });
});
