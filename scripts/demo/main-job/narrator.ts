/** Tells the story of the main job, line by line. */
export interface Narrator {
  /** A step begins. */
  heading(text: string): void;
  say(text: string): void;
}

/** A step of the main job that did not hold. */
export class StepFailed extends Error {
  override readonly name = 'StepFailed';

  constructor(
    readonly step: string,
    cause: unknown,
  ) {
    super(`"${step}" failed: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

export const createNarrator = (write: (line: string) => void = console.log): Narrator => {
  const started = performance.now();
  const clock = (): string => {
    const seconds = Math.round((performance.now() - started) / 1_000);
    return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  };
  return {
    heading: (text) => write(`\n[${clock()}] ${text}`),
    say: (text) => write(`       ${text}`),
  };
};
