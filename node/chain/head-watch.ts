import type { Metrics } from '../ports/metrics.js';
import type { SettlementReader } from '../ports/settlement.js';
import type { Clock, Log } from '../ports/world.js';
import { decideHead, withHead, type HeadHistory, type HeadTrouble } from './decide-head.js';

export interface HeadWatchOptions {
  readonly reader: Pick<SettlementReader, 'head'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Between two blocks, as the network means it. */
  readonly blockMilliseconds: number;
  /** Whether blocks carry the time of clocks: a chain for tests may say what it likes. */
  readonly isTimed: boolean;
}

/** Time between two looks, milliseconds. */
const paceOf = (blockMilliseconds: number): number => Math.min(15_000, Math.max(1_000, blockMilliseconds));

/**
 * Watches until `signal` aborts that new blocks come and that their time is ours. Alarms `head-standing`, `head-past`, `head-ahead`,
 * each once until it is over, then `head-moving`: whoever holds deals loses a period's rent and stake for each window that goes by.
 */
export const watchHead = async (options: HeadWatchOptions, signal: AbortSignal): Promise<void> => {
  const { reader, clock, log, metrics, blockMilliseconds, isTimed } = options;
  let history: HeadHistory = { head: undefined, newAt: clock.now(), repeats: 0 };
  let told: HeadTrouble['kind'] | undefined;
  let isAsked = false;

  /** Asks for the head, unless an earlier question is still open: an RPC that hangs does not stop the watch. */
  const ask = (): void => {
    if (isAsked) return;
    isAsked = true;
    void reader
      .head(signal)
      .then(
        (head) => (history = withHead(history, head, clock.now())),
        () => undefined,
      )
      .finally(() => (isAsked = false));
  };

  const tell = (trouble: HeadTrouble | undefined): void => {
    const facts = { block: history.head?.block, repeats: history.repeats };
    if (trouble !== undefined && trouble.kind !== told) log.alarm(`head-${trouble.kind}`, { ...facts, seconds: trouble.seconds });
    if (trouble === undefined && told !== undefined) log.info('head-moving', facts);
    told = trouble?.kind;
  };

  metrics.set('holdfast_head_age_seconds', 0);
  while (!signal.aborted) {
    ask();
    await clock.sleep(paceOf(blockMilliseconds), signal).catch(() => undefined);
    const now = clock.now();
    metrics.set('holdfast_head_age_seconds', Math.round((now - history.newAt) / 1_000));
    tell(decideHead({ history, now, blockMilliseconds, isTimed }));
  }
};
