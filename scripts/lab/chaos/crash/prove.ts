import { explore, record, type Broken, type Recording } from './explore.js';
import type { Scenario } from './scenario.js';
import { triplesOf, wordsOf, type Triple } from './trace.js';

/** Whether a step is missed: what breaks when it alone is left out, or nothing. */
export interface Proof {
  readonly triple: Triple;
  readonly broken: Broken | undefined;
}

const proveEvent = async (scenario: Scenario, triple: Triple): Promise<Broken | undefined> =>
  record(scenario, triple).then(
    () => undefined,
    (error: unknown) => ({ scenario: scenario.name, after: wordsOf(triple), loss: 'all kept' as const, what: String(error) }),
  );

/** Leaves each step of `recording` out, one at a time, and looks whether anything notices. `known`: disks of the whole run that are well. */
export const prove = async (
  scenario: Scenario,
  recording: Recording,
  known: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<readonly Proof[]> => {
  const proofs: Proof[] = [];
  for (const triple of triplesOf(recording.trace)) {
    signal.throwIfAborted();
    const isEvent = triple.step === 'signature' || triple.step === 'hand-over';
    const broken = isEvent
      ? await proveEvent(scenario, triple)
      : (await explore({ scenario, recording, without: triple, known: new Set(known), first: true, signal })).broken[0];
    proofs.push({ triple, broken });
  }
  return proofs;
};
