import { asError } from '../../core/errors/coded.js';
import { isHoldfastError } from '../../core/errors/holdfast-error.js';
import { NotKnown } from './fact.js';
import type { Facts } from './facts.js';

/** What a check came to. A problem always has a remedy; what was skipped says why. */
export type Verdict =
  | { readonly status: 'ok'; readonly says: string }
  | { readonly status: 'problem'; readonly says: string; readonly remedy: string }
  | { readonly status: 'skipped'; readonly says: string };

/** The verdict of a check, by its name. */
export type Finding = Verdict & { readonly name: string };

/** One thing that the doctor looks at. It changes nothing; a coded error that it throws is a problem with that remedy. */
export interface Check {
  /** One word. */
  readonly name: string;
  look(facts: Facts): Promise<Verdict>;
}

export const ok = (says: string): Verdict => ({ status: 'ok', says });
export const problem = (says: string, remedy: string): Verdict => ({ status: 'problem', says, remedy });
export const skipped = (says: string): Verdict => ({ status: 'skipped', says });

/** Runs every check, in order, whatever the others came to. Rejects only when `signal` aborts. */
export const runChecks = async (checks: readonly Check[], facts: Facts, signal: AbortSignal): Promise<readonly Finding[]> => {
  const findings: Finding[] = [];
  for (const { name, look } of checks) {
    const verdict = await look(facts).catch(verdictOf);
    signal.throwIfAborted();
    findings.push({ name, ...verdict });
  }
  return findings;
};

const verdictOf = (error: unknown): Verdict => {
  if (error instanceof NotKnown) return skipped(`for want of ${error.fact}`);
  if (isHoldfastError(error)) return problem(error.message, error.remedy);
  return problem(asError(error).message, 'Please report it with the output of this command.');
};
