/** What a suite's process tells the one that started it. */
export interface SuiteResult {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Sends the result up; a process without a parent that listens prints it. */
export const sendResult = (result: SuiteResult): void => {
  if (process.send) process.send(result);
  else console.log(JSON.stringify(result));
};
