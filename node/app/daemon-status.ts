import type { Provider } from '../provider/provider.js';
import type { DiskWatch } from '../provider/keep/disk-watch.js';
import type { ProviderStatus } from '../provider/status.js';
import type { AppLog } from './log.js';

/** What every answer of `provider status` tells. */
interface DaemonFacts {
  readonly alarms: ReturnType<AppLog['alarms']>;
  /** Lines of the log that could not be written. */
  readonly logTroubles: AppLog['troubles'];
  readonly addresses: readonly string[];
}

/** The answer of `provider status`: what the daemon waits for, or how it stands. */
export type DaemonStatus = DaemonFacts & (ProviderStatus | { readonly waitingFor: 'chain' });

/** What serves, once it does. */
export interface Serving {
  readonly worker: Provider;
  readonly disk: Pick<DiskWatch, 'troubles'>;
  readonly addresses: () => readonly string[];
}

const statusOf = async ({ worker, disk }: Serving, signal: AbortSignal): Promise<ProviderStatus> => {
  const status = await worker.status(signal);
  return { ...status, troubles: [...status.troubles, ...disk.troubles] };
};

export const readDaemonStatus = async (serving: Serving | undefined, log: AppLog, signal: AbortSignal): Promise<DaemonStatus> => {
  const facts = serving === undefined ? ({ waitingFor: 'chain' } as const) : await statusOf(serving, signal);
  return { ...facts, alarms: log.alarms(), logTroubles: log.troubles, addresses: serving?.addresses() ?? [] };
};
