import { asError } from '../../core/errors/coded.js';
import { createSerial } from '../../core/tasks/serial.js';
import type { Address } from '../../core/units.js';
import type { Catalogue } from '../../ports/catalogue.js';
import type { FailedCheck } from '../../ports/upkeep-memory.js';
import type { Clock, Log } from '../../ports/world.js';
import { failedCheckOf, failuresLeft, standingOf, withFailure, type Standing } from './decide-trust.js';

/** What is remembered, from run to run, of providers that failed. */
export interface Trust {
  /** Takes note of a failure, if it says something about the provider; it is durable once {@link Trust.settled} resolves. */
  note(provider: Address, error: unknown): void;
  /** How those stand that failed lately. */
  standings(): Promise<ReadonlyMap<Address, Exclude<Standing, 'trusted'>>>;
  settled(): Promise<void>;
}

interface TrustParts {
  readonly catalogue: Pick<Catalogue, 'failedChecks'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Pick<Log, 'warn'>;
}

/** Checks by the provider that failed them; forgets those that are forgiven. */
const readChecks = async ({ catalogue: { failedChecks }, clock }: TrustParts): Promise<ReadonlyMap<Address, readonly FailedCheck[]>> => {
  const checks = new Map<Address, FailedCheck[]>();
  for await (const failed of failedChecks.all()) {
    if (failuresLeft(failed, clock.now()) === 0) await failedChecks.drop(failed);
    else checks.set(failed.provider, [...(checks.get(failed.provider) ?? []), failed]);
  }
  return checks;
};

export const createTrust = (parts: TrustParts): Trust => {
  const { catalogue, clock, log } = parts;
  const serial = createSerial();
  const inTurn = <Result>(task: () => Promise<Result>): Promise<Result> => serial('trust', task);

  const record = async (provider: Address, check: string, now: number): Promise<void> => {
    const known = await catalogue.failedChecks.at({ provider, check });
    await catalogue.failedChecks.put({ provider, check, ...withFailure(known, now) });
  };

  return {
    note: (provider, error) => {
      const check = failedCheckOf(error);
      if (check === undefined) return;
      const now = clock.now();
      inTurn(() => record(provider, check, now)).catch((failure: unknown) => {
        log.warn('failure-forgotten', { provider, check, reason: asError(failure).message });
      });
    },
    standings: () =>
      inTurn(async () => {
        const standings = new Map<Address, Exclude<Standing, 'trusted'>>();
        for (const [provider, checks] of await readChecks(parts)) {
          const standing = standingOf(checks, clock.now());
          if (standing !== 'trusted') standings.set(provider, standing);
        }
        return standings;
      }),
    settled: () => inTurn(() => Promise.resolve()),
  };
};
