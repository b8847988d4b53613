import { pause } from './waiting.js';

/** Milliseconds between attempts; the last one is repeated. */
const PAUSES = [100, 200, 400, 800, 1_600, 2_000] as const;

/** What `attempt` comes to; after a failure again, with growing pauses, as long as `isWorthAnother` says so. */
export const retry = async <Result>(
  attempt: () => Promise<Result>,
  /** Of the failure, the milliseconds since the first attempt began, and how many have failed before. */
  isWorthAnother: (error: unknown, milliseconds: number, failures: number) => boolean,
  signal?: AbortSignal,
): Promise<Result> => {
  const since = performance.now();
  for (let failures = 0; ; failures++) {
    try {
      return await attempt();
    } catch (error) {
      if (!isWorthAnother(error, performance.now() - since, failures)) throw error;
      await pause(PAUSES[Math.min(failures, PAUSES.length - 1)] ?? 0, signal);
    }
  }
};
