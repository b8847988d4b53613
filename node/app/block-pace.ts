import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod/v4';
import { believedPace, measurePace, paceBlocks, steadyPace, type BlockTime } from '../core/market/block-pace.js';
import { makeDirectory, writeDurablyShared } from '../disk/durable-file.js';
import type { SettlementReader } from '../ports/settlement.js';

const schema = z.strictObject({
  holdfastPace: z.literal(1),
  /** Milliseconds between two blocks. */
  blockMilliseconds: z.int().min(1).max(3_600_000),
  /** Milliseconds since 1970. */
  measuredAt: z.int().nonnegative(),
});
type PaceFile = z.infer<typeof schema>;

/** Most bytes of the file. */
const FILE_CAP = 4 << 10;
/** How long what was measured is gone by without another look, milliseconds. */
const GOOD_FOR = 86_400_000;

/** What was measured before; undefined where that cannot be told, and it is measured again. */
const readPace = async (path: string): Promise<PaceFile | undefined> => {
  try {
    const text = await readFile(path, 'utf8');
    return text.length > FILE_CAP ? undefined : schema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
};

/** The times of the blocks that tell the pace; none where the RPC does not have them. */
const readTimes = async (reader: Pick<SettlementReader, 'head' | 'blockTime'>, signal: AbortSignal): Promise<readonly BlockTime[]> => {
  const { block: head } = await reader.head(signal);
  const times = await Promise.all(paceBlocks(head).map(async (block) => ({ block, timestamp: await reader.blockTime(block, signal) })));
  return times.flatMap(({ block, timestamp }) => (timestamp === undefined ? [] : [{ block, timestamp }]));
};

export interface PaceOptions {
  readonly reader: Pick<SettlementReader, 'head' | 'blockTime'>;
  /** As the network means it, milliseconds: what counts until the chain has told better. */
  readonly meant: number;
  /** Where what was measured is remembered. */
  readonly path: string;
  readonly now: number;
  readonly signal: AbortSignal;
}

/**
 * Milliseconds between two blocks of the chain, for dates and prices per month: measured once a day, by eleven reads, and remembered in between. An
 * RPC that cannot tell, or tells of a pace that the network cannot have, stops nobody: what is remembered, or meant, counts then.
 */
export const readBlockPace = async ({ reader, meant, path, now, signal }: PaceOptions): Promise<number> => {
  const file = await readPace(path);
  const remembered = believedPace(meant, file?.blockMilliseconds);
  if (file !== undefined && remembered !== undefined && Math.abs(now - file.measuredAt) < GOOD_FOR) return remembered;
  const before = remembered ?? meant;
  const times = await readTimes(reader, signal).catch(() => []);
  signal.throwIfAborted();
  const measured = believedPace(meant, measurePace(times, now));
  if (measured === undefined) return before;
  const blockMilliseconds = steadyPace(before, measured);
  const fresh: PaceFile = { holdfastPace: 1, blockMilliseconds, measuredAt: now };
  const isKept = async (): Promise<void> => {
    await makeDirectory(dirname(path), 0o700);
    await writeDurablyShared(path, `${JSON.stringify(fresh)}\n`);
  };
  // A home that cannot be written to measures again next time.
  await isKept().catch(() => undefined);
  return blockMilliseconds;
};
