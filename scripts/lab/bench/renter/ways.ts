import { median, rounded } from '../starts/starts.js';
import { startHelia } from './helia.js';
import type { ClientOrder } from './orders.js';
import { makeFile, MIB, startParties, type Parties } from './parties.js';
import type { RenterBench } from './shape.js';

/** One turn: what a raw stream took for the same bytes, and what we took, seconds and seconds of processor time. */
export interface Turn {
  readonly raw: number;
  readonly ours: number;
  readonly rawProcessor: number;
  readonly ourProcessor: number;
  /** Of the providers. */
  readonly theirProcessor: number;
  /** MiB resident at most, and milliseconds that the event loop was late (p99), of ours. */
  readonly residentMebibytes: number;
  readonly lag: number;
}

/** Medians over the turns. Speed is ours by that of the raw stream, the processor time ours by that of the raw stream's client. */
export interface WayFigures {
  readonly speed: number;
  readonly processor: number;
  readonly mebibytesPerSecond: number;
  readonly lag: number;
  readonly residentMebibytes: number;
  readonly turns: readonly Turn[];
}

/** A file of as many bytes that one Helia node fetches from another one; medians over the same turns. */
export interface HeliaFigures {
  readonly mebibytesPerSecond: number;
  /** By that of the raw stream. */
  readonly speed: number;
  /** Our download's speed and processor time by those of Helia's client. */
  readonly ourSpeed: number;
  readonly ourProcessor: number;
  readonly turns: readonly { readonly seconds: number; readonly processor: number; readonly residentMebibytes: number }[];
}

export interface WaysFigures {
  readonly up: WayFigures;
  readonly down: WayFigures;
  readonly helia: HeliaFigures;
}

const wayOf = (turns: readonly Turn[], mebibytes: number): WayFigures => ({
  speed: rounded(median(turns.map(({ raw, ours }) => raw / ours))),
  processor: rounded(median(turns.map(({ rawProcessor, ourProcessor }) => ourProcessor / rawProcessor))),
  mebibytesPerSecond: rounded(median(turns.map(({ ours }) => mebibytes / ours))),
  lag: rounded(median(turns.map(({ lag }) => lag))),
  residentMebibytes: Math.max(...turns.map(({ residentMebibytes }) => residentMebibytes)),
  turns,
});

const heliaOf = (turns: HeliaFigures['turns'], downs: readonly Turn[], mebibytes: number): HeliaFigures => {
  const ratios = (ratio: (theirs: HeliaFigures['turns'][number], ours: Turn) => number): number =>
    rounded(median(turns.map((theirs, index) => ratio(theirs, downs[index] as Turn))));
  return {
    mebibytesPerSecond: rounded(median(turns.map(({ seconds }) => mebibytes / seconds))),
    speed: ratios((theirs, { raw }) => raw / theirs.seconds),
    ourSpeed: ratios((theirs, { ours }) => theirs.seconds / ours),
    ourProcessor: ratios((theirs, { ourProcessor }) => ourProcessor / theirs.processor),
    turns,
  };
};

const turnOf = async ({ does }: Parties, raw: ClientOrder, ours: ClientOrder): Promise<Turn> => {
  const bare = await does(raw);
  const own = await does(ours);
  return {
    raw: rounded(bare.seconds),
    ours: rounded(own.seconds),
    rawProcessor: rounded(bare.processor),
    ourProcessor: rounded(own.processor),
    theirProcessor: rounded(own.theirProcessor),
    residentMebibytes: Math.round(own.residentBytes / MIB),
    lag: rounded(own.lag),
  };
};

/** Up and down in turns with a raw stream of the same stack that moves as many bytes as go over the wire, and with Helia. */
export const measureWays = async (
  folder: string,
  { k, n, turns, mebibytes }: RenterBench,
  say: (line: string) => void,
): Promise<WaysFigures> => {
  await using stack = new AsyncDisposableStack();
  const parties = await startParties(stack, folder, { k, n });
  const bytes = mebibytes * MIB;
  const path = await makeFile(folder, bytes);
  const helia = await startHelia(stack, bytes);
  const [ups, downs, theirs]: [Turn[], Turn[], HeliaFigures['turns'][number][]] = [[], [], []];
  // The first turn warms all of it up.
  for (let turn = 0; turn <= turns; turn++) {
    const up = await turnOf(parties, { kind: 'raw up', bytes: Math.round((bytes * n) / k) }, { kind: 'put', bytes, path });
    const down = await turnOf(parties, { kind: 'raw down', bytes }, { kind: 'get', bytes });
    await parties.clear();
    const { seconds, processor, residentBytes } = await helia.fetch();
    const name = turn === 0 ? 'warming up' : `turn ${turn}`;
    say(`${name}: up ${up.raw} and ${up.ours} s, down ${down.raw} and ${down.ours} s, Helia ${rounded(seconds)} s`);
    if (turn === 0) continue;
    ups.push(up);
    downs.push(down);
    theirs.push({ seconds: rounded(seconds), processor: rounded(processor), residentMebibytes: Math.round(residentBytes / MIB) });
  }
  return { up: wayOf(ups, mebibytes), down: wayOf(downs, mebibytes), helia: heliaOf(theirs, downs, mebibytes) };
};
