import { availableParallelism, cpus, release, totalmem, type } from 'node:os';
import { hashing } from '#sha256-pairs';

/** What the figures were measured on. */
export interface Machine {
  readonly processor: string;
  /** Cores that the process may use. */
  readonly cores: number;
  readonly memoryMiB: number;
  readonly system: string;
  readonly node: string;
  readonly hashing: string;
}

export const thisMachine = (): Machine => ({
  processor: cpus()[0]?.model ?? 'unknown',
  cores: availableParallelism(),
  memoryMiB: Math.round(totalmem() / 2 ** 20),
  system: `${type()} ${release()}`,
  node: process.version,
  hashing,
});
