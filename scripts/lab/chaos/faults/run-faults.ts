import type { ChaosCampaign } from '../campaign.js';
import { createChance, type Chance } from '../../staging/chance.js';
import type { Fault } from './fault.js';
import { blocks } from './kinds/blocks.js';
import { clocks } from './kinds/clocks.js';
import { crowds } from './kinds/crowds.js';
import { disks } from './kinds/disks.js';
import { processes } from './kinds/processes.js';
import { reorgs } from './kinds/reorgs.js';
import { rpcLies } from './kinds/rpc-lies.js';
import { rpcSilence } from './kinds/rpc-silence.js';
import { transactions } from './kinds/transactions.js';
import { createLane, type Lane } from './world/lane.js';
import { createChaosWorld, type Verdict } from './world/world.js';

/** Chains on which faults happen side by side. */
const LANES = 4;
/** Longest that one fault may take, milliseconds. */
const DEADLINE = 400_000;
const LONG_DEADLINE = 1_200_000;

/** Lines of the daemon's log that a failure shows. */
const TOLD = 25;

/** Begins what is told of a fault that this machine cannot have. */
export const LEFT_OUT = 'left out';

/** All faults there are. */
export const faults: readonly Fault[] = [
  ...reorgs,
  ...rpcSilence,
  ...rpcLies,
  ...transactions,
  ...blocks,
  ...clocks,
  ...processes,
  ...disks,
  ...crowds,
];

/** What one fault came to. */
interface Outcome extends Verdict {
  readonly failure?: string;
}

const nothing: Verdict = { lost: [], missed: [], doubles: [] };

const play = async (lane: Lane, fault: Fault, chance: Chance, outer: AbortSignal): Promise<Outcome> => {
  const signal = AbortSignal.any([outer, AbortSignal.timeout(fault.long === true ? LONG_DEADLINE : DEADLINE)]);
  const rpcs = fault.rpcs ?? 1;
  try {
    await using world = await createChaosWorld({ lane, chance, name: fault.name.replace(/\W+/g, '-'), rpcs, signal });
    let failure: string | undefined;
    try {
      await fault.run(world, signal);
    } catch (error) {
      failure = error instanceof Error ? (error.stack ?? error.message) : String(error);
    }
    await world.stop();
    const told = world.lines.filter(({ level }) => level !== 'debug').slice(-TOLD);
    if (failure !== undefined) failure += told.map((line) => `\n    ${JSON.stringify(line)}`).join('');
    return { ...(await world.judge()), ...(failure !== undefined && { failure }) };
  } catch (error) {
    return { ...nothing, failure: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
};

const problemsOf = ({ name }: Fault, { lost, missed, doubles, failure }: Outcome): string[] => [
  ...(failure === undefined ? [] : [`${name}: ${failure}`]),
  ...lost.map((what) => `${name}: lost ${what}`),
  ...missed.map((what) => `${name}: missed ${what}`),
  ...doubles.map((what) => `${name}: sent ${what}`),
];

/** Lets every fault happen that has one of the texts of `only`, with | between them, in its name, some side by side, each to a provider of its own. */
export const runFaultsNamed =
  (only: string): ChaosCampaign =>
  async ({ seed, long, tell, signal }) => {
    const chosen = faults.filter((fault) => only.split('|').some((text) => fault.name.includes(text)) && (long || fault.long !== true));
    const waiting = chosen.filter(({ isPossible = () => true }) => isPossible());
    for (const { name } of chosen)
      if (!waiting.some((fault) => fault.name === name)) tell(`${LEFT_OUT}  ${name}: not possible on this machine`);
    const count = waiting.length;
    const chance = createChance(seed);
    const problems: string[] = [];
    const sum = { lostSectors: 0, missedWindows: 0, doubleSends: 0 };
    const work = async (): Promise<void> => {
      if (waiting.length === 0) return;
      await using lane = await createLane();
      for (let fault = waiting.shift(); fault !== undefined && !signal.aborted; fault = waiting.shift()) {
        const begun = Date.now();
        const outcome = await play(lane, fault, chance.of(fault.name), signal);
        const found = problemsOf(fault, outcome);
        problems.push(...found);
        sum.lostSectors += outcome.lost.length;
        sum.missedWindows += outcome.missed.length;
        sum.doubleSends += outcome.doubles.length;
        tell(
          [`${found.length === 0 ? 'ok' : 'NOT WELL'}  ${fault.name} (${((Date.now() - begun) / 1_000).toFixed(1)} s)`, ...found].join(
            '\n  ',
          ),
        );
      }
    };
    await Promise.all(Array.from({ length: Math.min(LANES, count) }, work));
    return { count, problems, ...sum };
  };
