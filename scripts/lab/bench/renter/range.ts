import { median, rounded } from '../starts/starts.js';
import { makeFile, MIB, startParties } from './parties.js';
import type { RenterBench } from './shape.js';

/** The last bytes of a large file, in turns with as many of a raw stream; medians. */
export interface RangeFigures {
  readonly mebibytes: number;
  /** Of the range. */
  readonly bytes: number;
  /** Milliseconds until its first byte was there, verified; over connections that were open. */
  readonly firstByte: number;
  /** Milliseconds that as many bytes of a raw stream took. */
  readonly raw: number;
  /** Bytes of leaves that came, and rows of the catalogue that were read, whenever it was read. */
  readonly downloaded: number;
  readonly rows: number;
}

const RANGE = 1 << 16;
const TURNS = 20;

export const measureRange = async (folder: string, shape: Pick<RenterBench, 'k' | 'n'>, mebibytes: number): Promise<RangeFigures> => {
  await using stack = new AsyncDisposableStack();
  const { does } = await startParties(stack, folder, shape);
  const bytes = mebibytes * MIB;
  await does({ kind: 'put', bytes, path: await makeFile(folder, bytes) });
  const [firsts, raws]: [number[], number[]] = [[], []];
  let [downloaded, rows] = [0, 0];
  // The first turn warms all of it up.
  for (let turn = 0; turn <= TURNS; turn++) {
    const raw = await does({ kind: 'raw down', bytes: RANGE });
    const ours = await does({ kind: 'range', bytes, length: RANGE });
    [downloaded, rows] = [Math.max(downloaded, ours.downloaded), Math.max(rows, ours.rows)];
    if (turn === 0) continue;
    raws.push(raw.seconds * 1_000);
    firsts.push((ours.firstByte ?? NaN) * 1_000);
  }
  return { mebibytes, bytes: RANGE, firstByte: rounded(median(firsts)), raw: rounded(median(raws)), downloaded, rows };
};
