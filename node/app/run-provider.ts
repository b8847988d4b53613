import { isHoldfastError } from '../core/errors/holdfast-error.js';
import { pause } from '../core/tasks/waiting.js';
import type { Address } from '../core/units.js';
import { runProviderDaemon, type ProviderDaemonOptions } from './provider-daemon.js';
import { keystoreOf } from './wallet-session.js';

/** Time between two looks at the operator's key file, milliseconds. */
const LOOK_MILLISECONDS = 1_000;

/** Waits until the operator's key here is another than `before`: true. False once `signal` aborts. */
const otherKey = async (
  addressOf: () => Promise<Address | undefined>,
  before: Address | undefined,
  signal: AbortSignal,
): Promise<boolean> => {
  while (!signal.aborted) {
    await pause(LOOK_MILLISECONDS, signal).catch(() => undefined);
    const now = await addressOf();
    if (!signal.aborted && now !== undefined && now !== before) return true;
  }
  return false;
};

/**
 * Runs the provider's daemon until the signal. Once the operator's key was rotated the daemon ends in good order and begins again with the new
 * one; a period whose proof was on its way is proven by whichever comes first.
 */
export const runProvider = async (options: ProviderDaemonOptions): Promise<void> => {
  const { settings, log, signal, onStopping } = options;
  const keystore = keystoreOf(settings);
  const addressOf = async (): Promise<Address | undefined> =>
    keystore.addressOf('operator').catch((error: unknown) => {
      if (isHoldfastError(error)) return undefined;
      throw error;
    });
  // A process that is told to end while it changes keys ends as well.
  signal.addEventListener('abort', () => onStopping?.(), { once: true });
  while (!signal.aborted) {
    const operator = await addressOf();
    const turn = new AbortController();
    const ended = new AbortController();
    const looking = otherKey(addressOf, operator, AbortSignal.any([signal, ended.signal])).then((isOther) => {
      if (!isOther) return;
      log.info('operator-rotated', { before: operator });
      turn.abort();
    });
    const until = AbortSignal.any([signal, turn.signal]);
    await runProviderDaemon({
      ...options,
      signal: until,
      onStopping: () => void (turn.signal.aborted || signal.aborted || onStopping?.()),
    }).finally(() => {
      ended.abort();
    });
    await looking;
    if (!turn.signal.aborted) return;
  }
};
