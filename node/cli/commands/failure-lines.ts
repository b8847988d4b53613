import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { visibleLine } from '../../core/visible-text.js';
import type { ProviderFailure } from '../../renter/events.js';

/** Who failed and how, as JSON. */
export const failureJson = (failures: readonly ProviderFailure[]): readonly Record<string, unknown>[] =>
  failures.map(({ provider, error }) => ({
    provider,
    message: error.message,
    ...(error instanceof HoldfastError && { code: error.code }),
  }));

/** On one line: not every error is of ours, and those of others may hold what a provider wrote. */
export const failureLine = ({ provider, error }: ProviderFailure): string => `  ${provider} failed: ${visibleLine(error.message)}`;
