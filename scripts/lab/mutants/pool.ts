import { inFlight } from '../../../node/core/tasks/in-flight.js';
import type { Judge } from './kind.js';
import type { Mutant } from './mutant.js';
import type { Verdict } from './verdict.js';

/** Judges `mutants`, `jobs` at a time; `report` hears of each as it is done. Rejects with the signal's reason when it aborts. */
export const judgeAll = async (
  mutants: readonly Mutant[],
  openJudge: () => Judge,
  jobs: number,
  signal: AbortSignal,
  report: (mutant: Mutant, verdict: Verdict, seconds: number) => void,
): Promise<void> => {
  const judges: Judge[] = [];
  const idle: Judge[] = [];
  const open = (): Judge => {
    const judge = openJudge();
    judges.push(judge);
    return judge;
  };
  try {
    await inFlight(mutants, jobs, signal, async (mutant, either) => {
      const judge = idle.pop() ?? open();
      const started = performance.now();
      const verdict = await judge.judge(mutant, either);
      idle.push(judge);
      report(mutant, verdict, (performance.now() - started) / 1_000);
    });
  } finally {
    for (const judge of judges) judge.close();
  }
};
