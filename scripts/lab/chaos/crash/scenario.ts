import type { Recorder } from './recorder.js';

/** Where a scenario plays. */
export interface Stage extends Recorder {
  readonly folder: string;
}

/** Something that a person or a daemon does, told as a course of operations, with what must be so whenever it is interrupted. */
export interface Scenario<Opened = unknown> {
  readonly name: string;
  /** What a broken promise means: signed bytes that are gone, something sent twice, or records of other kinds. */
  readonly breaks: 'sectors' | 'sends' | 'records';
  /** What was there before, all durable. */
  prepare?(folder: string): Promise<void>;
  /** Does it, by the real code, and says what it promises to whom. Rejects when it does not come to what it should. */
  run(stage: Stage): Promise<void>;
  /** What a restart does on the folder after a crash. Rejects when it cannot. */
  restart(folder: string): Promise<Opened>;
  /** What must be so after any crash, promised or not: what is wrong, or nothing. */
  inspect(opened: Opened): Promise<readonly string[]>;
  close(opened: Opened): Promise<void>;
}
