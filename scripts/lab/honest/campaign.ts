import type { Artifacts } from '../../deploy/artifacts.js';
import { createStage, type Stage } from './chain/stage.js';
import { people } from './game.js';
import { OathBroken } from './oaths/broken.js';
import { play, scriptOf, type Script } from './run.js';
import { shrink, type Verdict } from './shrink.js';
import { createTally, type Tally } from './tally.js';

/** How long a campaign is. */
export interface Effort {
  readonly runs: number;
  /** Moves of a run. */
  readonly steps: number;
  /** How often each verb and each refusal has to come, at least. */
  readonly least: number;
}

export const efforts = {
  quick: { runs: 12, steps: 8, least: 1 },
  deep: { runs: 140, steps: 8, least: 100 },
} as const satisfies Record<string, Effort>;

export type Depth = keyof typeof efforts;

/** A run in which an honest party lost something, or something broke. */
export interface Failure {
  readonly script: Script;
  readonly error: Error;
}

/** Runs that a seed after another decides, on one stage. */
export interface Campaign {
  readonly tally: Tally;
  /** Plays the run that `seed` is; its failure, if it is one. */
  run(seed: string, steps: number): Promise<Failure | undefined>;
  /** The same failure in as few steps as `tries` runs find. */
  shrink(failure: Failure, tries: number): Promise<Failure>;
  close(): Promise<void>;
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));
const kindOf = (error: Error): string => (error instanceof OathBroken ? error.oath : error.message.slice(0, 40));

/** @param artifacts What is deployed in the place of what was built. */
export const createCampaign = async (artifacts?: Artifacts): Promise<Campaign> => {
  const stage: Stage = await createStage(people, artifacts);
  const tally = createTally();
  const attempt = async (script: Script, counted: Tally): Promise<Failure | undefined> => {
    try {
      await play(stage, script, counted);
      return undefined;
    } catch (error) {
      return { script, error: asError(error) };
    }
  };
  return {
    tally,
    run: async (seed, steps) => {
      tally.counts.runs += 1;
      return attempt(scriptOf(seed, steps), tally);
    },
    shrink: async ({ script, error }, tries) => {
      const judge = async (shorter: Script): Promise<Verdict> => {
        const failure = await attempt(shorter, createTally());
        return failure && kindOf(failure.error);
      };
      const least = await shrink(script, judge, tries);
      return (await attempt(least, createTally())) ?? { script, error };
    },
    close: () => stage.close(),
  };
};
