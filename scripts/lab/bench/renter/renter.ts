import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measurePrimitives, type PrimitiveFigures } from '../primitives/primitives.js';
import { thisMachine, type Machine } from '../provider/machine.js';
import { measureStarts, median, rounded, type StartFigures } from '../starts/starts.js';
import { measureManyObjects, type ManyObjectsFigures } from './many-objects.js';
import { makeFile, MIB, startParties } from './parties.js';
import { measureRange, type RangeFigures } from './range.js';
import type { RenterBench } from './shape.js';
import { measureWays, type WaysFigures } from './ways.js';

/** What `npm run bench -- renter` measures: all that a renter waits for and pays in processor time and memory. */
export interface RenterFigures extends WaysFigures {
  readonly machine: Machine;
  readonly k: number;
  readonly n: number;
  readonly mebibytes: number;
  /** A run of small files beside one file of as many bytes, seconds. */
  readonly small: {
    readonly files: number;
    readonly bytes: number;
    readonly seconds: number;
    readonly oneFile: number;
    readonly ratio: number;
  };
  readonly range: RangeFigures;
  /** MiB resident at most while so many MiB go up and come down, in a process that did nothing before. */
  readonly memory: readonly { readonly mebibytes: number; readonly up: number; readonly down: number }[];
  readonly manyObjects: ManyObjectsFigures;
  /** As of `npm run bench -- starts` and `primitives`. */
  readonly starts: StartFigures;
  readonly primitives: PrimitiveFigures;
}

const SMALL = { files: 1_000, bytes: 10_240 };

const measureSmall = async (folder: string, shape: Pick<RenterBench, 'k' | 'n' | 'turns'>): Promise<RenterFigures['small']> => {
  await using stack = new AsyncDisposableStack();
  const { does, clear } = await startParties(stack, folder, shape);
  const bytes = SMALL.files * SMALL.bytes;
  const path = await makeFile(folder, bytes);
  const pairs: (readonly [many: number, one: number])[] = [];
  for (let turn = 0; turn <= shape.turns; turn++) {
    const many = await does({ kind: 'small files', ...SMALL });
    const one = await does({ kind: 'put', bytes, path });
    await clear();
    if (turn > 0) pairs.push([many.seconds, one.seconds]);
  }
  const [seconds, oneFile] = [median(pairs.map(([many]) => many)), median(pairs.map(([, one]) => one))];
  return { ...SMALL, seconds: rounded(seconds), oneFile: rounded(oneFile), ratio: rounded(median(pairs.map(([many, one]) => many / one))) };
};

const measureMemory = async (
  folder: string,
  shape: Pick<RenterBench, 'k' | 'n'>,
  mebibytes: number,
): Promise<RenterFigures['memory'][number]> => {
  await using stack = new AsyncDisposableStack();
  const { does } = await startParties(stack, folder, shape);
  const bytes = mebibytes * MIB;
  const path = await makeFile(folder, bytes);
  const up = await does({ kind: 'put', bytes, path });
  const down = await does({ kind: 'get', bytes });
  await rm(path);
  return { mebibytes, up: Math.round(up.residentBytes / MIB), down: Math.round(down.residentBytes / MIB) };
};

export const measureRenter = async (options: RenterBench, say: (line: string) => void): Promise<RenterFigures> => {
  const { k, n, turns, mebibytes, rangeMebibytes, largeMebibytes } = options;
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-bench-'));
  try {
    const ways = await measureWays(folder, options, say);
    for (const name of ['up', 'down'] as const) {
      const { speed, processor, lag } = ways[name];
      say(`${name}: ${speed} of the raw stream's speed, ${processor} times its processor time, ${lag} ms late`);
    }
    say(`Helia: ours has ${ways.helia.ourSpeed} of its speed, and ${ways.helia.ourProcessor} of its processor time`);
    const small = await measureSmall(folder, options);
    say(`${small.files} small files: ${small.ratio} times one of as many bytes`);
    const range = await measureRange(folder, options, rangeMebibytes);
    say(`the end of ${rangeMebibytes} MiB: the first byte after ${range.firstByte} ms, a raw stream ${range.raw} ms`);
    const memory: RenterFigures['memory'][number][] = [];
    for (const size of [mebibytes, largeMebibytes]) {
      memory.push(await measureMemory(folder, options, size));
      say(`${size} MiB: ${memory.at(-1)?.up} MiB resident at most up, ${memory.at(-1)?.down} down`);
    }
    const manyObjects = await measureManyObjects(folder, options);
    say(`ls of ${manyObjects.objects} objects: ${manyObjects.list.seconds} s, ${manyObjects.list.residentMebibytes} MiB`);
    const starts = await measureStarts(turns, say);
    const primitives = await measurePrimitives(say, turns);
    return { machine: thisMachine(), k, n, mebibytes, ...ways, small, range, memory, manyObjects, starts, primitives };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
