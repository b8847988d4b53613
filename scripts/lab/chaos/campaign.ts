/** How a campaign is run. */
export interface ChaosOptions {
  /** Decides what is left to chance: the same seed, the same choices. */
  readonly seed: string;
  /** All there is, for minutes; otherwise as in `npm run scenarios`. */
  readonly long: boolean;
  /** Says what happens, a line each. */
  readonly tell: (line: string) => void;
  readonly signal: AbortSignal;
}

/** What was promised and not kept; all zero is what is to be shown. */
export interface Broken {
  /** Sectors of co-signed revisions that are gone or cannot be proven. */
  readonly lostSectors: number;
  /** Windows in which a proof could have been mined, and none was. */
  readonly missedWindows: number;
  /** Intentions that were mined more than once. */
  readonly doubleSends: number;
}

/** What one half of a campaign came to: `count` crash points or faults, and why it is not well, if it is not. */
export interface ChaosReport extends Broken {
  readonly count: number;
  readonly problems: readonly string[];
}

/** One half of `npm run chaos`: `runCrashes` of `crash/run-crashes.ts`, and `runFaultsNamed` of `faults/run-faults.ts`. */
export type ChaosCampaign = (options: ChaosOptions) => Promise<ChaosReport>;

/** The line that ends a run. */
export const inWords = (crashes: ChaosReport, faults: ChaosReport): string => {
  const both = (what: keyof Broken): number => crashes[what] + faults[what];
  return [
    `crash points: ${crashes.count}`,
    `faults: ${faults.count}`,
    `lost sectors: ${both('lostSectors')}`,
    `missed provable windows: ${both('missedWindows')}`,
    `double sends: ${both('doubleSends')}`,
  ].join(', ');
};
