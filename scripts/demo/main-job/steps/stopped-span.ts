import type { GuardedProcess } from '../../devnet/guarded-process.js';
import type { Answer, Person } from '../../devnet/person.js';
import type { RunningProvider } from '../../devnet/provider.js';
import type { Stage } from '../stage.js';

/** Blocks before the end of a period in which the stopped ones go on: they must prove again early in the next. */
const MARGIN_BLOCKS = 6;
/** A span is begun only if it has at least this many blocks. */
const LEAST_BLOCKS = 10;

/**
 * Runs `holdfast ARGS` as `person` while `idle` are under SIGSTOP. They are stopped right after they proved and go on before
 * the next period starts. If the span is too short for the command, it is stopped too, and goes on in the next span.
 */
export const fetchWhileStopped = async (
  stage: Stage,
  idle: readonly RunningProvider[],
  person: Person,
  args: readonly string[],
): Promise<Answer> => {
  const { signal, watch, reader } = stage;
  const lastBlock = reader.parameters.periodBlocks - MARGIN_BLOCKS;
  const signalIdle = (name: NodeJS.Signals): void => idle.forEach(({ daemon }) => daemon.signal(name));
  let command: GuardedProcess | undefined;
  let running: Promise<Answer> | undefined;
  for (;;) {
    const { period } = await watch.until(
      (sight) =>
        sight.offset <= lastBlock - LEAST_BLOCKS &&
        idle.every(({ provider }) => sight.sheets.some((sheet) => sheet.provider === provider && sheet.lastProven === sight.period)),
      signal,
    );
    signalIdle('SIGSTOP');
    try {
      command?.signal('SIGCONT');
      running ??= person.holdfast(args, { signal, onStart: (started) => (command = started) });
      const spanEnds = new AbortController();
      const over = watch
        .until((sight) => sight.period > period || sight.offset >= lastBlock, AbortSignal.any([signal, spanEnds.signal]))
        .then(() => undefined);
      over.catch(() => undefined);
      const answer = await Promise.race([running, over]);
      spanEnds.abort();
      if (answer) return answer;
      command?.signal('SIGSTOP');
    } finally {
      signalIdle('SIGCONT');
    }
  }
};
