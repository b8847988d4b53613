import { expect } from 'chai';
import { leaves } from '../../node/core/units.js';
import type { ProviderLink } from '../../node/ports/link.js';
import { createDialer } from '../../node/transport/dialer.js';
import type { Host } from '../../node/transport/host.js';
import { commit, misdeeds, type Stranger } from '../../scripts/lab/bench/hostility/misdeeds.js';
import { openLabProvider, type LabProvider } from '../../scripts/lab/bench/hostility/provider.js';
import { authorize, createHostAt, dealsOf, sector } from '../../scripts/lab/bench/hostility/stage.js';
import { readOne } from '../support/read-one.js';

const STRANGERS = 12;
const GOES = 4;
const READS = 30;
const range = { root: sector.root, from: leaves(0), count: leaves(64) };

describe('While strangers misbehave, a renter that pays is served, and so is one that comes then:', function () {
  this.timeout(120_000);
  let bob: LabProvider;
  let alice: Host;
  let link: ProviderLink;
  let comers = 0;
  const hosts: Host[] = [];
  const crowd: Stranger[] = [];

  const hostAt = async (address: string): Promise<Host> => {
    const host = await createHostAt(address);
    hosts.push(host);
    return host;
  };
  const read = async (host: Host, through: ProviderLink, deal: number): Promise<void> => {
    const { bytes } = await readOne(through, await authorize(deal, host.peer), range);
    expect(bytes).to.have.length(64 * 32);
  };
  const newcomerReads = async (): Promise<void> => {
    const host = await hostAt(`127.0.${++comers}.3`);
    const own = await createDialer(host).dial(bob.target);
    await read(host, own, dealsOf.paying.from + comers);
    await own.close();
  };

  before(async () => {
    bob = await openLabProvider({ lingerMilliseconds: 100 });
    alice = await hostAt('127.0.0.2');
    link = await createDialer(alice).dial(bob.target);
    for (let number = 0; number < STRANGERS; number++)
      crowd.push({ host: await hostAt(`127.1.${number}.1`), number, connections: new Set(), streams: new Set() });
  });
  afterEach(() => {
    for (const { connections } of crowd) for (const connection of connections) connection.abort(new Error('enough'));
  });
  after(async () => {
    await bob.stop();
    await Promise.all(hosts.map((host) => host.stop()));
  });

  for (const misdeed of misdeeds) {
    it(misdeed, async () => {
      await read(alice, link, dealsOf.paying.from);
      const before = bob.reads();
      const misbehaving = Promise.all(
        crowd.map(async (stranger) => {
          for (let go = 0; go < GOES; go++) await commit[misdeed](stranger, bob.target).catch(() => undefined);
        }),
      );
      for (let n = 0; n < READS; n++) await read(alice, link, dealsOf.paying.from);
      await newcomerReads();
      await misbehaving;
      await newcomerReads();
      await read(alice, link, dealsOf.paying.from);
      const { places } = bob.server.load();
      expect(places.listings).to.equal(0);
      expect(places.uploads).to.be.at.most(misdeed === 'uploads never finished' ? 8 : 0);
      expect(bob.reads()).to.equal(before);
    });
  }
});
