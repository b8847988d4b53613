import { systemClock } from '../../../node/app/clock.js';
import { fromHex } from '../../../node/core/data/bytes.js';
import { createKeySigner, type KeySigner } from '../../../node/core/keys/signing.js';
import { noMetrics } from '../../../node/core/metrics/no-metrics.js';
import { leaves, wei, type Address } from '../../../node/core/units.js';
import type { Log } from '../../../node/ports/world.js';
import type { RenterWorld } from '../../../node/renter/context.js';
import { createMemoryLedger, type MemoryLedger } from '../../../test/support/memory-market/settlement.js';
import { actor, hashOf } from '../../../test/support/worlds/actors.js';

const TOKEN = 10n ** 18n;

/** What each provider asks: one wei for a GiB, so that what it holds weighs one unit, and more of it locks no more. */
export const STILL_ASK = { price: wei(1n), egressPrice: wei(0n), minLeaves: leaves(1), maxLeaves: leaves(2 ** 39), maxPeriods: 1_000 };

/** The market in memory in which a bench puts and gets: one period, so that nobody has to prove anything. */
export interface StillMarket {
  readonly ledger: MemoryLedger;
  /** Registers a provider with all that it needs; says who it is, and gives its operator's key. */
  join(name: string, peerId: string, addresses: readonly string[]): Promise<{ readonly provider: Address; readonly operator: KeySigner }>;
  /** Alice's world, but for what a bench chooses itself. */
  readonly alice: Omit<RenterWorld, 'dialer' | 'catalogue' | 'coder'>;
  /** Twenty blocks a second from now on, until it is disposed of. */
  mine(): Disposable;
}

const silent: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, alarm: () => undefined };

export const createStillMarket = (): StillMarket => {
  const ledger = createMemoryLedger({ parameters: { periodBlocks: 10_000_000 } });
  const { address: renter } = actor('alice');
  ledger.fund(renter, 1_000_000n * TOKEN);
  return {
    ledger,
    join: async (name, peerId, addresses) => {
      const [owner, operator] = [actor(name), actor(`${name} operator`)];
      for (const { address } of [owner, operator]) ledger.fund(address, 10_000n * TOKEN);
      const chain = ledger.as(owner.address);
      const limit = wei(1_000n * TOKEN);
      await chain.submit({ kind: 'register', operator: operator.address, peerId, addresses, ask: STILL_ASK, lockLimit: limit });
      await chain.submit({ kind: 'stake', provider: owner.address, amount: limit });
      return { provider: owner.address, operator };
    },
    alice: {
      settlement: ledger.as(renter),
      signer: createKeySigner(hashOf('alice session')),
      master: fromHex(hashOf('alice master')),
      clock: systemClock,
      log: silent,
      metrics: noMetrics,
      blockMilliseconds: 500,
    },
    mine: () => {
      const mining = setInterval(() => ledger.mine(), 50);
      return { [Symbol.dispose]: () => clearInterval(mining) };
    },
  };
};
