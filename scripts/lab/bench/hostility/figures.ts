import type { Misdeed } from './misdeeds.js';

/** What was seen while strangers misbehaved for a while, towards one of the two. CPU time as a share of one core. */
export interface Window {
  readonly readsPerSecond: number;
  readonly failed: number;
  readonly newcomerMilliseconds: readonly (number | null)[];
  readonly providerCpu: number;
  readonly residentBytes: number;
  readonly goesPerSecond: number;
  readonly strangersCpu: number;
}

interface Both {
  readonly sink: number;
  readonly provider: number;
}

/** What one misdeed costs whom: means over all windows of a kind, named by whom the strangers were busy with. */
export interface MisdeedFigures {
  readonly misdeed: Misdeed;
  /** Goes of all strangers together. */
  readonly goesPerSecond: Both;
  readonly strangersCpu: Both;
  /** Ranges of 64 KiB that the renter read from the provider. */
  readonly readsPerSecond: Both;
  /** What the renter still got of what it gets while the sink is the victim. */
  readonly share: number;
  /** The same, for each second of CPU time of the provider: what is left on a machine that is busy otherwise. */
  readonly shareOfCpu: number;
  /** Of one core. */
  readonly providerCpu: Both;
  /** CPU time of the provider, of one core, beyond what its reads cost while the sink is the victim: what the strangers cost it. */
  readonly strangersCost: number;
  readonly failedReads: number;
  /** Newcomers who pay: until their first range was there; null for one that had none in ten seconds. */
  readonly newcomerMilliseconds: { readonly sink: readonly (number | null)[]; readonly provider: readonly (number | null)[] };
  /** Of the provider's process, at most. */
  readonly residentBytes: number;
}

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

export const figuresOf = (misdeed: Misdeed, spared: readonly Window[], hit: readonly Window[]): MisdeedFigures => {
  const both = (of: (window: Window) => number): Both => ({ sink: meanOf(spared.map(of)), provider: meanOf(hit.map(of)) });
  const newcomers = (windows: readonly Window[]) =>
    windows.flatMap(({ newcomerMilliseconds }) => newcomerMilliseconds.map((time) => (time === null ? null : Math.round(time))));
  const [reads, cpu] = [both(({ readsPerSecond }) => readsPerSecond), both(({ providerCpu }) => providerCpu)];
  return {
    misdeed,
    goesPerSecond: both(({ goesPerSecond }) => goesPerSecond),
    strangersCpu: both(({ strangersCpu }) => strangersCpu),
    readsPerSecond: reads,
    share: reads.provider / reads.sink,
    providerCpu: cpu,
    shareOfCpu: reads.provider / cpu.provider / (reads.sink / cpu.sink),
    strangersCost: cpu.provider - (reads.provider * cpu.sink) / reads.sink,
    failedReads: hit.reduce((sum, { failed }) => sum + failed, 0),
    newcomerMilliseconds: { sink: newcomers(spared), provider: newcomers(hit) },
    residentBytes: Math.max(...hit.map(({ residentBytes }) => residentBytes)),
  };
};
