/** How a suite, or several, ended. */
export interface SuiteResult {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** How one file of a suite ended, and how long it took. */
export interface PartResult extends SuiteResult {
  readonly name: string;
  readonly seconds: number;
  /** What failed, each with its first reason: a long output is often read from its end. */
  readonly failures: readonly string[];
}

/** What a suite's process tells the one that started it: each test and hook as it begins, each file as it ends, and in the end the result. */
export type SuiteMessage = { readonly begun: string } | { readonly part: PartResult } | { readonly result: SuiteResult };

/** Sends the result up; a process without a parent that listens prints it. */
export const sendResult = (result: SuiteResult): void => {
  if (process.send) process.send({ result } satisfies SuiteMessage);
  else console.log(JSON.stringify(result));
};

/** Says how one file ended. */
export const sendPart = (part: PartResult): void => {
  process.send?.({ part } satisfies SuiteMessage);
};

/** Says what begins, so that a run that hangs can be told where. */
export const sendBegun = (title: string): void => {
  process.send?.({ begun: title } satisfies SuiteMessage);
};

export const sumOf = (results: readonly SuiteResult[]): SuiteResult => {
  const add = (key: keyof SuiteResult): number => results.reduce((total, each) => total + each[key], 0);
  return { passed: add('passed'), failed: add('failed'), skipped: add('skipped') };
};

export const inWords = ({ passed, failed, skipped }: SuiteResult): string => `${passed} passed, ${failed} failed, ${skipped} skipped`;
