/** A primitive as the node calls it, and the same work by the barest means that the machine has. */
export interface Pair {
  readonly name: string;
  readonly ours: () => unknown;
  readonly bare: () => unknown;
}

/** What both take, milliseconds, and the speed of ours as a share of the bare one's. */
export interface PairFigure {
  readonly ours: number;
  readonly bare: number;
  /** Of the medians. */
  readonly ratio: number;
  /** Of the fastest turns, and of the processor time of all: others on the machine disturb these least. */
  readonly ratioOfFastest: number;
  readonly ratioOfProcessor: number;
}

interface Spent {
  /** Milliseconds of each turn. */
  readonly turns: number[];
  /** Of all threads, microseconds. */
  processor: number;
}

const rounded = (value: number): number => Number(value.toPrecision(4));

const time = async (spent: Spent, task: () => unknown): Promise<void> => {
  const [began, before] = [performance.now(), process.cpuUsage()];
  await task();
  spent.turns.push(performance.now() - began);
  const { user, system } = process.cpuUsage(before);
  spent.processor += user + system;
};

/** Turn about, so that whatever else the machine does falls on both. The first few turns do not count. */
export const measurePair = async ({ ours, bare }: Pair, turns: number, warmUp = 3): Promise<PairFigure> => {
  for (let turn = 0; turn < warmUp; turn++) for (const task of [ours, bare]) await task();
  const [mine, least]: [Spent, Spent] = [
    { turns: [], processor: 0 },
    { turns: [], processor: 0 },
  ];
  for (let turn = 0; turn < turns; turn++) {
    await time(mine, ours);
    await time(least, bare);
  }
  const at = ({ turns: all }: Spent, place: number): number => all.toSorted((a, b) => a - b)[place] ?? 0;
  const ratioAt = (place: number): number => rounded(at(least, place) / at(mine, place));
  return {
    ours: rounded(at(mine, turns >> 1)),
    bare: rounded(at(least, turns >> 1)),
    ratio: ratioAt(turns >> 1),
    ratioOfFastest: ratioAt(0),
    ratioOfProcessor: rounded(least.processor / mine.processor),
  };
};
