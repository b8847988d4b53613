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
  /** Of the fastest turns, which others on the machine disturbed least. */
  readonly ratioOfFastest: number;
}

const rounded = (value: number): number => Number(value.toPrecision(4));
const time = async (task: () => unknown): Promise<number> => {
  const began = performance.now();
  await task();
  return performance.now() - began;
};

/** Turn about, so that whatever else the machine does falls on both. The first few turns do not count. */
export const measurePair = async ({ ours, bare }: Pair, turns: number, warmUp = 3): Promise<PairFigure> => {
  const spent: { ours: number[]; bare: number[] } = { ours: [], bare: [] };
  for (let turn = -warmUp; turn < turns; turn++) {
    const [first, second] = [await time(ours), await time(bare)];
    if (turn < 0) continue;
    spent.ours.push(first);
    spent.bare.push(second);
  }
  const sorted = { ours: spent.ours.sort((a, b) => a - b), bare: spent.bare.sort((a, b) => a - b) };
  const at = (place: number): { ours: number; bare: number } => ({ ours: sorted.ours[place] ?? 0, bare: sorted.bare[place] ?? 0 });
  const [fastest, median] = [at(0), at(turns >> 1)];
  return {
    ours: rounded(median.ours),
    bare: rounded(median.bare),
    ratio: rounded(median.bare / median.ours),
    ratioOfFastest: rounded(fastest.bare / fastest.ours),
  };
};
