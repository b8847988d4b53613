import { randomInt } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { STRETCH_BYTES, STRETCH_LEAVES, stretchRoot } from '../../../../node/core/data/crown.js';
import { dataSetOf, type DataSet, type SectorRef } from '../../../../node/core/data/data-set.js';
import { buildTree, type TreeView } from '../../../../node/core/data/merkle.js';
import { rangeProof } from '../../../../node/core/data/range-proof.js';
import { encodeProof, sampleOf, verifyProof, type Sample } from '../../../../node/core/market/audit-proof.js';
import { SECTOR_LEAVES, type Hash } from '../../../../node/core/units.js';
import { createSectorCache, type SectorCache } from '../../../../node/provider/keep/sector-cache.js';
import { defaultPolicy } from '../../../../node/provider/policy.js';
import { storeSectors, type StoredSectors } from './stored-sectors.js';

/** What one of many takes, milliseconds. */
export interface Duration {
  readonly median: number;
  readonly slowest: number;
  /** Of all threads. */
  readonly processor: number;
}

/** What `npm run bench -- reads` measures: 64 KiB of a sector of 4 MiB, and proofs. The files are in the system's memory. */
export interface ReadFigures {
  /** Sectors of 4 MiB that are stored. */
  readonly sectors: number;
  /** 64 KiB from an open file, not checked. */
  readonly bare: Duration;
  /** 64 KiB in memory hashed up to their root, nothing kept. */
  readonly hashed: Duration;
  /** Of a sector of which nothing is known: its crown is read too. */
  readonly cold: Duration;
  /** Of one whose crown is known. */
  readonly warm: Duration;
  /** As it would be without a crown: all of the sector is read and hashed. */
  readonly whole: Duration;
  /**
   * Medians of the three, as multiples of the bare read; and of one, as a multiple of that and the hashing, by the clock and by what
   * processors do.
   */
  readonly ratios: Readonly<Record<'cold' | 'warm' | 'whole' | 'warmToHashed' | 'warmToHashedProcessor', number>>;
  /** Verified reads for each second of a processor, one after another, and many at once. */
  readonly readsPerProcessorSecond: number;
  readonly readsAtOncePerProcessorSecond: number;
  /** Five samples over all sectors: opened, encoded, and checked as the contract does; and the same from whole sectors. */
  readonly proof: Duration;
  readonly proofFromWhole: Duration;
}

const SAMPLES = 5;
const AT_ONCE = 16;

/** Does a task so many times, one after another. */
export const measure = async (times: number, task: (turn: number) => Promise<unknown>): Promise<Duration> => {
  const durations: number[] = [];
  const before = process.cpuUsage();
  for (let turn = 0; turn < times; turn++) {
    const began = performance.now();
    await task(turn);
    durations.push(performance.now() - began);
  }
  const { user, system } = process.cpuUsage(before);
  durations.sort((a, b) => a - b);
  const rounded = (milliseconds: number): number => Number(milliseconds.toFixed(3));
  const [median = 0, slowest = 0] = [durations[times >> 1], durations.at(-1)];
  return { median: rounded(median), slowest: rounded(slowest), processor: rounded((user + system) / 1000 / times) };
};

const proofOf = async (set: DataSet, sectors: readonly SectorRef[], treeOf: (root: Hash, leaf: number) => Promise<TreeView>) => {
  const drawn = Array.from({ length: SAMPLES }, () => randomInt(set.leaves));
  const samples: Sample[] = [];
  for (const leaf of drawn) {
    const { index, start } = set.locate(leaf);
    samples.push(sampleOf(set, leaf, await treeOf((sectors[index] as SectorRef).root, leaf - start)));
  }
  const targets = drawn.map((leaf) => ({ root: set.root, sectors: set.sectors, drawn: leaf }));
  verifyProof(encodeProof(samples), targets);
};

const measureStored = async ({ store, sectors }: StoredSectors, file: FileHandle, times: number): Promise<ReadFigures> => {
  const fresh = (): SectorCache => createSectorCache(store, defaultPolicy.cacheBytes);
  const anyRoot = (): Hash => (sectors[randomInt(sectors.length)] as SectorRef).root;
  const anyStretch = (): number => randomInt(SECTOR_LEAVES / STRETCH_LEAVES);
  const readFrom = async (cache: SectorCache, root: Hash): Promise<void> => {
    const from = anyStretch() * STRETCH_LEAVES;
    const view = await cache.open(root, from, STRETCH_LEAVES);
    view.bytes(from, STRETCH_LEAVES);
    rangeProof(view, from, STRETCH_LEAVES);
  };
  const wholeTree = async (root: Hash): Promise<TreeView> => buildTree(await store.read(root));
  const set = dataSetOf(sectors);
  const few = Math.ceil(times / 10);

  const bytes = new Uint8Array(STRETCH_BYTES);
  const warmRead = (): Promise<void> => readFrom(warmCache, anyRoot());
  const manyReads = (): Promise<unknown> => Promise.all(Array.from({ length: AT_ONCE }, warmRead));
  const bareRead = (): Promise<unknown> => file.read(bytes, 0, STRETCH_BYTES, anyStretch() * STRETCH_BYTES);
  // Room for all crowns and hardly any stretch.
  const warmCache = createSectorCache(store, sectors.length * 8_192);
  for (const { root } of sectors) await warmCache.open(root, 0, 1);
  for (const task of [bareRead, () => readFrom(fresh(), anyRoot()), warmRead, warmRead]) await measure(times, task);
  const bare = await measure(times, bareRead);
  const hashed = await measure(times, async () => stretchRoot(SECTOR_LEAVES, bytes));
  const cold = await measure(times, () => readFrom(fresh(), anyRoot()));
  const warm = await measure(times, warmRead);
  const many = await measure(Math.ceil(times / AT_ONCE), manyReads);
  const whole = await measure(few, async () => rangeProof(await wholeTree(anyRoot()), 0, STRETCH_LEAVES));
  const proof = await measure(few, () => {
    const cache = fresh();
    return proofOf(set, sectors, (root, leaf) => cache.open(root, leaf, 1));
  });
  const proofFromWhole = await measure(Math.ceil(few / 4), () => proofOf(set, sectors, wholeTree));
  const ratio = ({ median }: Duration): number => Number((median / bare.median).toFixed(1));
  return {
    sectors: sectors.length,
    bare,
    cold,
    warm,
    whole,
    ratios: {
      cold: ratio(cold),
      warm: ratio(warm),
      whole: ratio(whole),
      warmToHashed: Number((warm.median / (bare.median + hashed.median)).toFixed(2)),
      warmToHashedProcessor: Number((warm.processor / (bare.processor + hashed.processor)).toFixed(2)),
    },
    hashed,
    readsPerProcessorSecond: Math.round(1000 / warm.processor),
    readsAtOncePerProcessorSecond: Math.round((1000 * AT_ONCE) / many.processor),
    proof,
    proofFromWhole,
  };
};

/** Stores `count` sectors of 4 MiB and reads them, each way so many `times` or a tenth of it. */
export const measureReads = async (count: number, say: (line: string) => void, times = 400): Promise<ReadFigures> => {
  await using stack = new AsyncDisposableStack();
  const stored = stack.use(await storeSectors(count));
  say(`${count} sectors are stored`);
  const file = stack.use(await open(stored.bare, 'r'));
  return await measureStored(stored, file, times);
};
