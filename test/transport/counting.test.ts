import { expect } from 'chai';
import { HoldfastError } from '../../node/core/errors/holdfast-error.js';
import { createDialer } from '../../node/transport/dialer.js';
import { serveProvider } from '../../node/transport/provider-server.js';
import { rejection } from '../support/coded-rejection.js';
import { createRecordedMetrics } from '../support/recorded-metrics.js';
import { createMemoryHost } from '../support/worlds/hosts.js';
import { createBob } from '../support/worlds/link-fixtures.js';

describe('Bob counts', () => {
  it('connections, and requests by what became of them', async () => {
    const metrics = createRecordedMetrics();
    const [alice, bob] = await Promise.all([createMemoryHost(), createMemoryHost({ metrics })]);
    const refusal = new HoldfastError('PEER_BUSY', { what: 'moons', limit: 3 });
    let fails: Error | undefined;
    const service = createBob();
    const terms: typeof service.terms = (...rest) => (fails ? Promise.reject(fails) : service.terms(...rest));
    const server = await serveProvider(bob, { ...service, terms }, { metrics });
    const link = await createDialer(alice).dial({ peerId: bob.peer, addresses: bob.addresses() });
    expect(metrics.value('holdfast_connections')).to.equal(1);

    await link.terms();
    fails = refusal;
    await rejection(link.terms(), 'PEER_REFUSED');
    fails = new Error('the disk burns');
    await rejection(link.terms(), 'PEER_REFUSED');

    const requests = (outcome: string): number => metrics.value('holdfast_requests_total', { request: 'terms', outcome });
    expect([requests('answered'), requests('refused'), requests('failed')]).to.deep.equal([1, 1, 1]);
    expect(metrics.value('holdfast_refusals_total', { code: 'PEER_BUSY' })).to.equal(1);
    expect(metrics.value('holdfast_refusals_total', { code: 'INTERNAL' })).to.equal(1);

    await link.close();
    await server.stop();
    await alice.stop();
    await bob.stop();
    expect(metrics.value('holdfast_connections')).to.equal(0);
  });
});
