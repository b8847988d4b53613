import { fromHex } from '../../../../node/core/data/bytes.js';
import { keccak256 } from '../../../../node/core/data/keccak.js';
import { isHoldfastError } from '../../../../node/core/errors/holdfast-error.js';
import { noMetrics } from '../../../../node/core/metrics/no-metrics.js';
import type { Address } from '../../../../node/core/units.js';
import type { ByteSink, ByteSource } from '../../../../node/ports/world.js';
import type { RenterLimits } from '../../../../node/renter/limits.js';
import { createRenter, type Renter } from '../../../../node/renter/renter.js';
import { createMemoryCatalogue } from '../../../../node/storage/catalogue.js';
import type { Person } from '../chain/stage.js';
import type { Tally } from '../tally.js';
import { createDirectDialer, type FindService } from '../world/link.js';
import type { World } from '../world/world.js';
import { createPlainCoder } from './coder.js';

/** Small steps, so that what a provider may take without serving shows. */
const limits: Partial<RenterLimits> = {
  pageLeaves: 0,
  slabsInFlight: 1,
  rangeLeaves: 2,
  rangesInFlight: 1,
  spareShards: 0,
  hedgeMilliseconds: 60_000,
  egressStep: 64,
  egressLoss: 128,
  probeMilliseconds: 4_000,
};

/** Bytes that it pays at most for nothing, of one deal: what it believes was served and what it lost, a step beyond, and one paid ahead. */
export const RENTER_CREDIT = 128 + 64 + 64;

/** A renter that does one thing at a time, while blocks come. */
export interface RenterParty {
  readonly person: Person;
  readonly address: Address;
  readonly renter: Renter;
  /** Whether something it began is not over. */
  readonly busy: boolean;
  /** Begins a task unless another is not over, and lets it go as far as it gets without a block. Coded errors are its failures. */
  begin(task: (renter: Renter) => Promise<void>, ended: (done: boolean, error?: unknown) => void): Promise<void>;
}

export const sourceOf = (bytes: Uint8Array): ByteSource => ({
  length: bytes.length,
  read: async (offset, length) => bytes.slice(offset, offset + length),
});

/** Takes everything and keeps nothing. */
export const nowhere: ByteSink = { write: async () => undefined, finish: async () => undefined, abandon: async () => undefined };

const ignore = (): void => undefined;

export const createRenterParty = (world: World, person: Person, find: FindService, tally: Tally): RenterParty => {
  const renter = createRenter(
    {
      settlement: world.settlementOf(person.wallet.address),
      dialer: createDirectDialer(`${person.name} peer`, find),
      catalogue: createMemoryCatalogue(world.reader.identity),
      coder: createPlainCoder(),
      signer: person.session,
      master: fromHex(keccak256(new TextEncoder().encode(`${person.name}'s master`))),
      clock: world.clock,
      log: { debug: ignore, info: ignore, warn: ignore, alarm: ignore },
      metrics: noMetrics,
      blockMilliseconds: 1_000,
    },
    limits,
  );
  let busy = false;
  const run = async (task: (renter: Renter) => Promise<void>, ended: (done: boolean, error?: unknown) => void): Promise<void> => {
    try {
      await task(renter);
      ended(true);
    } catch (error) {
      if (!isHoldfastError(error)) throw error;
      tally.answer(error);
      ended(false, error);
    } finally {
      busy = false;
    }
  };
  return {
    person,
    address: person.wallet.address,
    renter,
    get busy() {
      return busy;
    },
    begin: async (task, ended) => {
      if (busy) return;
      busy = true;
      world.follow(run(task, ended));
      await world.quiet();
    },
  };
};
