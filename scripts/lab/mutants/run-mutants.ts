import type { MutantKind } from './kind.js';
import { openLedger, type Ledger } from './ledger.js';
import type { Mutant } from './mutant.js';
import { outcomeOf, type Outcome } from './outcome.js';
import { judgeAll } from './pool.js';
import type { Reasons } from './reasons.js';
import { verdictText, type Verdict } from './verdict.js';

/** Which mutants are judged, and how many at a time. */
export interface Choice {
  /** Those whose names match; undefined for all. */
  readonly only: RegExp | undefined;
  /** The first so many of them. */
  readonly limit: number;
  readonly jobs: number;
}

/** What became of a kind. */
export interface KindOutcome extends Outcome {
  /** Whether all mutants of the kind were judged. */
  readonly whole: boolean;
}

/** Judges the chosen mutants of a kind, those that the ledger does not know, and says on the way what becomes of each. */
export const runMutants = async (
  root: string,
  kind: MutantKind,
  reasons: Reasons,
  { only, limit, jobs }: Choice,
  signal: AbortSignal,
): Promise<KindOutcome> => {
  const { collection } = kind;
  const chosen = collection.mutants.filter(({ id }) => only?.test(id) ?? true).slice(0, limit);
  const ledger = openLedger(root, kind.basisOf);
  const verdicts = new Map<string, Verdict>();
  for (const mutant of chosen) {
    const known = ledger.find(mutant);
    if (known) verdicts.set(mutant.id, known);
  }
  const open = chosen.filter(({ id }) => !verdicts.has(id));
  console.log(`${kind.title}: ${chosen.length} mutants, ${open.length} of them to be judged`);
  let done = 0;
  await judgeOpen(kind, open, jobs, ledger, signal, (mutant, verdict, seconds) => {
    verdicts.set(mutant.id, verdict);
    ledger.write(mutant, verdict);
    done += 1;
    console.log(`${done}/${open.length}  ${seconds.toFixed(1)} s  ${mutant.id}\n    ${verdictText(verdict)}`);
  });
  const whole = chosen.length === collection.mutants.length;
  return { ...outcomeOf(collection, verdicts, reasons, whole), whole };
};

const judgeOpen = async (
  kind: MutantKind,
  open: readonly Mutant[],
  jobs: number,
  ledger: Ledger,
  signal: AbortSignal,
  report: (mutant: Mutant, verdict: Verdict, seconds: number) => void,
): Promise<void> => {
  if (open.length === 0) return;
  const openJudge = kind.prepare();
  const unchanged = kind.unchangedFor(new Set(open.map(({ path }) => path)));
  const unknown = unchanged.filter((mutant) => ledger.find(mutant) === undefined);
  await judgeAll(unknown, openJudge, jobs, signal, (mutant, verdict, seconds) => {
    if (verdict.kind !== 'survived') throw new Error(`${mutant.id}, and yet: ${verdictText(verdict)}`);
    ledger.write(mutant, verdict);
    console.log(`${mutant.id}: all tests pass (${seconds.toFixed(0)} s)`);
  });
  await judgeAll(open, openJudge, jobs, signal, report);
};
