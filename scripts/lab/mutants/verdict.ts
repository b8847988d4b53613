/** What became of a mutant. */
export type Verdict =
  /** `file` is empty if it was no test that failed, but the process. */
  | { readonly kind: 'caught'; readonly file: string; readonly test: string }
  | { readonly kind: 'survived' }
  | { readonly kind: 'uncompilable'; readonly reason: string };

/** In a line, for people. */
export const verdictText = (verdict: Verdict): string => {
  if (verdict.kind === 'caught') return `caught by ${verdict.test} (${verdict.file})`;
  return verdict.kind === 'survived' ? 'SURVIVED' : 'does not compile';
};
