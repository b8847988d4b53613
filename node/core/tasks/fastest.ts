import { anySignal } from './waiting.js';

/** A race in which the first `needed` results win. */
export interface Race<Candidate, Result> {
  /** In the order in which they are started. */
  readonly candidates: readonly Candidate[];
  readonly needed: number;
  /** Started beyond `needed` from the beginning. */
  readonly spare: number;
  /** Milliseconds without enough results after which one more is started, and again. */
  readonly hedgeMilliseconds: number;
  /** Grows as the results get on: then nobody else is started for want of time until one of them is there. Default: nobody knows. */
  readonly progress?: () => number;
  /** Rejects when the signal aborts. */
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  readonly run: (candidate: Candidate, signal: AbortSignal) => Promise<Result>;
  /** Hears who failed; another is started in its place. */
  readonly onFailure: (candidate: Candidate, error: unknown) => void;
}

/** The first results, at most `needed`, in the order in which they came. Whoever is late is stopped. */
export const fastest = async <Candidate, Result>(race: Race<Candidate, Result>, signal?: AbortSignal): Promise<Result[]> => {
  const { candidates, needed, spare, hedgeMilliseconds, sleep, progress = () => 0 } = race;
  const stop = new AbortController();
  const either = anySignal(stop.signal, signal);
  const results: Result[] = [];
  const running = new Set<Promise<void>>();
  let next = 0;

  const start = (): void => {
    const candidate = candidates[next];
    if (next++ >= candidates.length) return;
    const run = race.run(candidate as Candidate, either).then(
      (result) => void results.push(result),
      (error: unknown) => {
        if (either.aborted) return;
        race.onFailure(candidate as Candidate, error);
        start();
      },
    );
    const ended = run.finally(() => running.delete(ended));
    running.add(ended);
  };
  const hedge = async (done: AbortSignal): Promise<void> => {
    const before = progress();
    const startIfLate = (): void => {
      if (results.length > 0 || progress() === before) start();
    };
    await sleep(hedgeMilliseconds, done).then(startIfLate, () => undefined);
  };

  try {
    for (let i = 0; i < needed + spare; i++) start();
    while (results.length < needed && running.size > 0) {
      signal?.throwIfAborted();
      const turn = new AbortController();
      const waits = [...running];
      if (next < candidates.length) waits.push(hedge(AbortSignal.any([either, turn.signal])));
      await Promise.race(waits);
      turn.abort();
    }
    signal?.throwIfAborted();
    return results.slice(0, needed);
  } finally {
    stop.abort();
  }
};
