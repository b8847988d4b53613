import { asError, codeOf } from '../core/errors/coded.js';
import { HoldfastError, isHoldfastError } from '../core/errors/holdfast-error.js';
import type { Address, DealId } from '../core/units.js';
import type { Metrics } from '../ports/metrics.js';
import type { Clock, Log } from '../ports/world.js';
import type { ProviderFailure, RenterEvent } from './events.js';

/** Silences of a provider that are forgiven in one task. */
const MOST_FORGIVEN = 3;

/** Who failed during a task. */
export interface FailureList {
  /** Of each provider the first failure. */
  readonly all: readonly ProviderFailure[];
  /** Who failed and was not forgiven. */
  readonly providers: ReadonlySet<Address>;
  has(provider: Address): boolean;
  add(provider: Address, error: unknown): void;
  /** Deals that take nothing more until what waits in them is signed for or dropped, as a put that was broken off left it. */
  readonly fullDeals: { has(deal: DealId): boolean };
  /** As `add`, but a deal that is full says nothing of its provider, who may take another: once in a task, so that nobody makes us open deals without end. */
  addOf(column: { readonly provider: Address; readonly deal: DealId }, error: unknown): void;
  /**
   * Providers that could not be reached or did not answer, at least so many milliseconds ago, may be tried once more: one silence says little. No
   * provider is forgiven again and again.
   */
  forgive(milliseconds: number): void;
  /** One line that names each and how it failed. */
  readonly text: string;
}

/** `error` in a few words: its code if it has one. */
const brief = (error: Error): string => {
  if (isHoldfastError(error, 'PEER_REFUSED')) return error.data.code;
  return error instanceof HoldfastError ? error.code : error.message;
};

/** What a list of failures needs of a renter's world. */
export interface FailureWorld {
  readonly log: Log;
  readonly metrics: Metrics;
  readonly clock: Clock;
  /** Remembers failures from run to run. */
  readonly trust?: { note(provider: Address, error: unknown): void };
}

export const createFailureList = (
  { log, metrics, clock, trust }: FailureWorld,
  report: ((event: RenterEvent) => void) | undefined,
): FailureList => {
  const all: ProviderFailure[] = [];
  const providers = new Set<Address>();
  /** Deals that are full, each with its provider. */
  const full = new Map<DealId, Address>();
  /** When who was silent last, and how often so far. */
  const silences = new Map<Address, { readonly at: number; readonly times: number }>();
  const add = (provider: Address, cause: unknown): void => {
    const error = asError(cause);
    if (providers.has(provider)) return;
    if (isHoldfastError(error, 'PEER_UNREACHABLE', 'PEER_SILENT'))
      silences.set(provider, { at: clock.now(), times: (silences.get(provider)?.times ?? 0) + 1 });
    else silences.delete(provider);
    providers.add(provider);
    if (!all.some((failure) => failure.provider === provider)) all.push({ provider, error });
    trust?.note(provider, error);
    metrics.count('holdfast_provider_failures_total', { code: codeOf(error) });
    log.warn('provider-failed', { provider, code: brief(error), detail: error.message });
    report?.({ kind: 'failed', failure: { provider, error } });
  };

  return {
    all,
    providers,
    fullDeals: { has: (deal) => full.has(deal) },
    has: (provider) => providers.has(provider),
    add,
    addOf: ({ provider, deal }, error) => {
      const isDeal = isHoldfastError(error, 'PEER_REFUSED') && error.data.code === 'PENDING_FULL';
      if (isDeal && full.has(deal)) return;
      if (!isDeal || [...full.values()].includes(provider)) return add(provider, error);
      full.set(deal, provider);
      log.info('deal-full', { provider, deal });
    },
    forgive: (milliseconds) => {
      const now = clock.now();
      for (const [provider, { at, times }] of silences) if (times <= MOST_FORGIVEN && now - at >= milliseconds) providers.delete(provider);
    },
    get text() {
      return all.map(({ provider, error }) => `${provider}: ${brief(error)}`).join(', ');
    },
  };
};
