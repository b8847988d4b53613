import { monitorEventLoopDelay } from 'node:perf_hooks';

/** What doing something took, of this process. */
export interface ClientFigures {
  readonly seconds: number;
  /** Seconds of processor time, of all its threads. */
  readonly processor: number;
  /** Most bytes that were resident. */
  readonly residentBytes: number;
  /** Milliseconds that the event loop was late, 99 % of the time at most. */
  readonly lag: number;
}

/** What a client's process answers: figures, or why it could not be done. */
export type ClientReport<Figures = ClientFigures> = Figures | { readonly error: string };

/** Does `work`, and says what it took. */
export const measured = async <Result>(work: () => Promise<Result>): Promise<ClientFigures & { readonly result: Result }> => {
  const delay = monitorEventLoopDelay({ resolution: 10 });
  let residentBytes = 0;
  const watching = setInterval(() => (residentBytes = Math.max(residentBytes, process.memoryUsage.rss())), 100);
  delay.enable();
  const [since, before] = [performance.now(), process.cpuUsage()];
  try {
    const result = await work();
    const { user, system } = process.cpuUsage(before);
    const seconds = (performance.now() - since) / 1_000;
    return { seconds, processor: (user + system) / 1e6, residentBytes, lag: delay.percentile(99) / 1e6 - 10, result };
  } finally {
    delay.disable();
    clearInterval(watching);
  }
};

/** Does what the parent orders, one order after another, and ends with it. */
export const obey = <Order, Figures extends ClientFigures>(does: (order: Order) => Promise<Figures>): void => {
  const answer = (report: ClientReport<Figures>): void => void process.send?.(report);
  process.on('disconnect', () => process.exit());
  process.on('message', (order: Order) => {
    does(order).then(answer, (error: unknown) => answer({ error: String(error instanceof Error ? error.stack : error) }));
  });
};
