import { createChance, type Chance } from '../staging/chance.js';
import type { Stage } from './chain/stage.js';
import { createGame, type Game, type Theft } from './game.js';
import { accountNoise } from './moves/account-noise.js';
import { gauntlet } from './moves/gauntlet.js';
import { honest } from './moves/honest.js';
import type { MoveTable, Row } from './moves/move.js';
import { noise } from './moves/noise.js';
import { pesters } from './moves/pesters.js';
import { plots } from './moves/plots.js';
import { thefts } from './moves/thefts.js';
import type { Tally } from './tally.js';

/** All moves, each under a name of its own. */
export const moves: MoveTable = { ...noise, ...accountNoise, ...plots, ...honest, ...thefts, ...gauntlet, ...pesters };

const rowOf = (move: string): Row => {
  const row = moves[move];
  if (row === undefined) throw new Error(`there is no move ${move}`);
  return row;
};

/** A move of a run, with its own luck. */
export interface Step {
  readonly move: string;
  readonly luck: string;
}

/** Everything that decides a run. */
export interface Script {
  readonly seed: string;
  readonly theft: Theft;
  readonly steps: readonly Step[];
}

const draw = (chance: Chance, theft: Theft): string => {
  const rows = Object.entries(moves).filter(([, row]) => row.thefts === undefined || row.thefts.includes(theft));
  let target = chance.unit() * rows.reduce((sum, [, { weight }]) => sum + weight, 0);
  for (const [name, { weight }] of rows) if ((target -= weight) < 0) return name;
  return 'wait';
};

/** The run that `seed` is. */
export const scriptOf = (seed: string, length: number): Script => {
  const chance = createChance(seed);
  const theft = chance.of('theft').pick<Theft>(['nothing', 'nothing', 'nothing', 'session', 'operator']);
  const order = chance.of('order');
  const drawn = Array.from({ length }, () => draw(order, theft));
  for (const move of ['emptyDeal', 'accounts', 'challenged', 'uploads', 'signatures', 'poor', 'reads', 'killed'])
    drawn.splice(order.below(drawn.length + 1), 0, move);
  const steps = ['put', 'wait', ...drawn, 'get', 'crowd', 'rewards', 'aftermath'].map((move, index) => ({
    move,
    luck: `${seed} step ${index}`,
  }));
  return { seed, theft, steps };
};

/** What an operator's key can cost: what may be locked, and what misses take of it. */
const operatorBound = async ({ world, bob }: Game): Promise<bigint> => {
  const { maxMisses, missBps } = world.stage.parameters;
  const sheet = await world.reader.provider(bob.address);
  const most = sheet === undefined || sheet.locked > sheet.lockLimit ? (sheet?.locked ?? 0n) : sheet.lockLimit;
  return (most * BigInt(10_000 + maxMisses * missBps) + 9_999n) / 10_000n;
};

const beginTheft = async (game: Game): Promise<void> => {
  await game.world.pass(1);
  if (game.theft === 'session') game.renterOath.steal(game.world.period);
  if (game.theft === 'operator') game.providerOath.steal(await operatorBound(game));
};

/** Honest people end what they began, while the adversary rests. */
const finish = async (game: Game): Promise<void> => {
  const { world, alice } = game;
  for (let periods = 0; alice.busy && periods < 8; periods++) await world.passTo(world.period + 1, world.stage.parameters.windowBlocks + 2);
};

/** Plays a run to its end. Throws what goes wrong in it. */
export const play = async (stage: Stage, { seed, theft, steps }: Script, tally: Tally): Promise<void> => {
  const game = await createGame(stage, seed, theft, tally);
  try {
    await beginTheft(game);
    for (const { move, luck } of steps) {
      tally.move(move);
      await rowOf(move).play(game, createChance(luck));
      await game.world.look();
    }
    await finish(game);
    await game.world.look();
  } finally {
    game.close();
  }
};
