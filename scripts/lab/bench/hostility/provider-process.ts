/** One provider of the hostility bench, in a process of its own. */
import { openLabProvider } from './provider.js';
import type { Target } from './stage.js';

/** What it says: first where it listens, then how it stands, and what CPU time it has used so far, whenever it is asked. */
export type ProviderReport =
  | { readonly kind: 'listening'; readonly target: Target }
  | { readonly kind: 'standing'; readonly residentBytes: number; readonly cpuMilliseconds: number };

const report = (message: ProviderReport): void => void process.send?.(message);
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  report({ kind: 'standing', residentBytes: process.memoryUsage.rss(), cpuMilliseconds: (user + system) / 1_000 });
});
process.on('disconnect', () => process.exit());
const { target } = await openLabProvider();
report({ kind: 'listening', target });
