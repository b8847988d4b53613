import { asError, codeOf } from '../core/errors/coded.js';
import { HoldfastError, isHoldfastError } from '../core/errors/holdfast-error.js';
import type { Address } from '../core/units.js';
import type { RenterContext, TaskOptions } from './context.js';
import type { ProviderFailure } from './events.js';

/** Who failed during a task: the first failure of each provider counts. */
export interface FailureList {
  readonly all: readonly ProviderFailure[];
  has(provider: Address): boolean;
  add(provider: Address, error: unknown): void;
  /** One line that names each and how it failed. */
  readonly text: string;
}

/** `error` in a few words: its code if it has one. */
const brief = (error: Error): string => {
  if (isHoldfastError(error, 'PEER_REFUSED')) return error.data.code;
  return error instanceof HoldfastError ? error.code : error.message;
};

/** Failures are remembered from run to run by `trust`. */
export const createFailureList = (
  { log, metrics, trust }: Pick<RenterContext, 'log' | 'metrics'> & Partial<Pick<RenterContext, 'trust'>>,
  report: TaskOptions['report'],
): FailureList => {
  const all: ProviderFailure[] = [];
  return {
    all,
    has: (provider) => all.some((failure) => failure.provider === provider),
    add: (provider, cause) => {
      const error = asError(cause);
      if (all.some((failure) => failure.provider === provider)) return;
      all.push({ provider, error });
      trust?.note(provider, error);
      metrics.count('holdfast_provider_failures_total', { code: codeOf(error) });
      log.warn('provider-failed', { provider, code: brief(error), detail: error.message });
      report?.({ kind: 'failed', failure: { provider, error } });
    },
    get text() {
      return all.map(({ provider, error }) => `${provider}: ${brief(error)}`).join(', ');
    },
  };
};
