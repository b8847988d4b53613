import { expect } from 'chai';
import { setTimeout } from 'node:timers/promises';
import type { Person } from '../../scripts/demo/devnet/person.js';
import { startDevnet, type Devnet } from '../../scripts/demo/devnet/devnet.js';
import type { RunningProvider } from '../../scripts/demo/devnet/provider.js';

interface Status {
  readonly sheet: { readonly operator: string; readonly lastProven: number };
  readonly daemon: { readonly deals: number; readonly alarms: readonly { readonly event: string }[] } | null;
}

describe('a provider whose operator key is rotated while its daemon runs', function () {
  this.timeout(240_000);
  let devnet: Devnet;
  let bob: RunningProvider;
  let alice: Person;

  const status = async (): Promise<Status> => (await bob.person.holdfast(['provider', 'status'])) as unknown as Status;
  const until = async (holds: (now: Status) => boolean): Promise<Status> => {
    for (;;) {
      const now = await status();
      if (holds(now)) return now;
      await setTimeout(500);
    }
  };

  before(async () => {
    devnet = await startDevnet();
    [bob] = (await devnet.addProviders(1, { periodPrice: '1', stake: '100', operatorCoin: '1', capacity: '64MiB' })) as [RunningProvider];
    alice = await devnet.addRenter('alice');
  });
  after(async () => {
    await devnet[Symbol.asyncDispose]();
  });

  it('proves every period before and after it, and the daemon takes the new key up', async () => {
    await alice.holdfast(['put', 'LICENSE', '--k', '1', '--n', '1', '--periods', '60']);
    const { sheet } = await until(({ daemon }) => daemon?.deals === 1);
    const { operator, former } = await bob.person.holdfast(['provider', 'rotate', 'operator', '--operator-coin', '1']);
    expect(former).to.equal(sheet.operator);
    expect(operator).not.to.equal(former);
    await bob.daemon.line(/is up\.$/, AbortSignal.timeout(60_000));
    const later = await until((now) => now.daemon !== null && now.sheet.lastProven >= sheet.lastProven + 3);
    expect(later.sheet.operator).to.equal(operator);
    expect(later.daemon?.alarms.map(({ event }) => event)).not.to.include('period-missed');
    const { records } = (await alice.holdfast(['ledger'])) as unknown as { records: { events: { name: string }[] }[] };
    const names = records.flatMap(({ events }) => events.map(({ name }) => name));
    expect(names).to.include('OperatorSet').and.include('Proven').and.not.include('Missed');
  });

  it('takes no new deals and pays what is free to the owner to come, while what is stored is proven on', async () => {
    const to = `0x${'5'.repeat(40)}`;
    const { done, locked } = await bob.person.holdfast(['provider', 'rotate', 'owner', '--to', to]);
    expect(done).to.equal(false);
    expect(BigInt(String(locked)) > 0n).to.equal(true);
    const { sheet } = await status();
    await until((now) => now.sheet.lastProven > sheet.lastProven);
  });
});
