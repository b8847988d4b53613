import { createHash, hash, randomBytes } from 'node:crypto';
import { createSha256, sha256 } from '#sha256';
import { createWorkerSlabCoder } from '../../../../node/app/workers/slab-coder.js';
import { createShardCipher, objectKey, slabKey, type ShardKey, type ShardPlace } from '../../../../node/core/data/cipher.js';
import { STRETCH_BYTES, STRETCH_LEAVES, stretchRoot } from '../../../../node/core/data/crown.js';
import { createErasure } from '../../../../node/core/data/erasure.js';
import { sectorRoot } from '../../../../node/core/data/merkle.js';
import { createSlabWork } from '../../../../node/core/data/slab-work.js';
import { shardBytes } from '../../../../node/core/data/slab.js';
import { dealId, SECTOR_BYTES } from '../../../../node/core/units.js';
import { thisMachine, type Machine } from '../provider/machine.js';
import { bareCipher, bareErasure, bareTree } from './bare.js';
import { measurePair, type Pair, type PairFigure } from './pairs.js';

/** What `npm run bench -- primitives` measures: what a slab costs to make, each step beside the barest means in the same run. */
export interface PrimitiveFigures {
  readonly machine: Machine;
  readonly pairs: Readonly<Record<string, PairFigure>>;
  /** Slabs of 16 MiB, 4 of 6, through the coder that a renter uses. */
  readonly coder: {
    readonly slabs: number;
    readonly millisecondsEach: number;
    /** Pages that the system had to provide for each, once the first were made. */
    readonly pageFaultsEach: number;
  };
}

const keysOf = (n: number): ShardKey[] => Array.from({ length: n }, () => ({ key: randomBytes(32), nonce: randomBytes(16) }));
const indices = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);

/** Beside the kernel that every engine has, and beside the one that this engine has, which is faster. */
const encoding = (k: number, n: number, size: number): Pair[] => {
  const slab = new Uint8Array(randomBytes(n * size));
  const erasure = createErasure();
  return [false, true].map((relaxed) => ({
    name: `encode ${k} of ${n}${relaxed ? ', relaxed' : ''}`,
    ours: () => erasure.encode(slab, k, n),
    bare: bareErasure(indices(0, k), indices(k, n), size, relaxed),
  }));
};

/** The first data shards lost, as many as may be. */
const rebuilding = (k: number, n: number, size: number): Pair => {
  const lost = Math.min(k, n - k);
  const shards = Array.from({ length: n }, (_, i) => (i < lost ? undefined : new Uint8Array(randomBytes(size))));
  const wanted = new Map(indices(0, lost).map((index) => [index, new Uint8Array(size)]));
  const erasure = createErasure();
  return {
    name: `rebuild ${lost} of ${k} of ${n}`,
    ours: () => erasure.rebuild(shards, wanted, k, n),
    bare: bareErasure(indices(lost, lost + k), indices(0, lost), size),
  };
};

const hashing = (bytes: Uint8Array): Pair[] => {
  const parts = indices(0, bytes.length / STRETCH_BYTES).map((i) => bytes.subarray(i * STRETCH_BYTES, (i + 1) * STRETCH_BYTES));
  const bareStretch = bareTree(STRETCH_BYTES);
  const bareSector = bareTree(bytes.length);
  return [
    {
      name: 'hash of a file, as it comes',
      ours: () => {
        const state = createSha256();
        for (const part of parts) state.update(part);
        state.digest();
      },
      bare: () => createHash('sha256').update(bytes).digest(),
    },
    { name: 'hash of a slab', ours: () => sha256(bytes), bare: () => hash('sha256', bytes, 'buffer') },
    {
      name: 'roots of stretches',
      ours: () => parts.forEach((part) => stretchRoot(STRETCH_LEAVES, part)),
      bare: () => parts.forEach(bareStretch),
    },
    { name: 'root of a sector', ours: () => sectorRoot(bytes), bare: () => bareSector(bytes) },
  ];
};

const ciphering = (bytes: Uint8Array): Pair => {
  const [key] = keysOf(1) as [ShardKey];
  const bare = bareCipher(key);
  return { name: 'cipher', ours: () => createShardCipher(key)(bytes), bare: () => bare(bytes) };
};

/** One key of a slab for all of its shards, and places for all of them. */
const codingOf = (n: number, bytes: number) => ({
  parts: [{ key: slabKey(objectKey(randomBytes(32), 'ab'.repeat(16)), 0), bytes }],
  places: Array.from({ length: n }, (_, shard): ShardPlace => ({ shard, deal: dealId(`0x${'11'.repeat(32)}`), attempt: 0 })),
});

/** All of it for one slab, beside the sum of the bare steps. */
const wholeSlab = (k: number, n: number): Pair => {
  const length = k * SECTOR_BYTES;
  const size = shardBytes(length, k);
  const room = new Uint8Array(randomBytes(n * size));
  const work = createSlabWork(createErasure());
  const keys = keysOf(n);
  const [code, tree] = [bareErasure(indices(0, k), indices(k, n), size), bareTree(size)];
  return {
    name: `slab ${k} of ${n}`,
    ours: () => work.encode({ room, k, n, length, ...codingOf(n, size) }),
    bare: () => {
      code();
      for (const [i, key] of keys.entries()) {
        const shard = room.subarray(i * size, (i + 1) * size);
        bareCipher(key)(shard);
        tree(shard);
      }
    },
  };
};

const measureCoder = async (slabs: number): Promise<PrimitiveFigures['coder']> => {
  const coder = createWorkerSlabCoder();
  try {
    const plaintext = new Uint8Array(randomBytes(4 * SECTOR_BYTES));
    const { parts, places } = codingOf(6, SECTOR_BYTES);
    const pass = async (times: number): Promise<void> => {
      for (let slab = 0; slab < times; slab++) (await coder.encode(plaintext, { k: 4, n: 6, parts }, places))[Symbol.dispose]();
    };
    await pass(3);
    const [began, faults] = [performance.now(), process.resourceUsage().minorPageFault];
    await pass(slabs);
    const [spent, faulted] = [performance.now() - began, process.resourceUsage().minorPageFault - faults];
    return { slabs, millisecondsEach: Number((spent / slabs).toPrecision(4)), pageFaultsEach: Math.round(faulted / slabs) };
  } finally {
    await coder.close();
  }
};

/** Measures every primitive so many `turns`, turn about with its bare twin. */
export const measurePrimitives = async (say: (line: string) => void, turns = 15): Promise<PrimitiveFigures> => {
  const bytes = new Uint8Array(randomBytes(SECTOR_BYTES));
  const makers: (() => Pair[])[] = [
    ...(
      [
        [4, 6, 4 << 20],
        [4, 12, 4 << 20],
        [6, 18, 3 << 20],
      ] as const
    ).map(
      ([k, n, size]) =>
        () =>
          encoding(k, n, size),
    ),
    ...(
      [
        [4, 6, 4 << 20],
        [4, 12, 4 << 20],
      ] as const
    ).map(([k, n, size]) => () => [rebuilding(k, n, size)]),
    () => hashing(bytes),
    () => [ciphering(bytes)],
    () => [wholeSlab(4, 6)],
    () => [wholeSlab(4, 12)],
  ];
  const pairs: Record<string, PairFigure> = {};
  for (const make of makers) {
    for (const pair of make()) {
      const figure = await measurePair(pair, turns);
      pairs[pair.name] = figure;
      say(
        `${pair.name}: ${figure.ours} ms, bare ${figure.bare} ms, ${figure.ratio} of its speed (fastest ${figure.ratioOfFastest}, processor ${figure.ratioOfProcessor})`,
      );
    }
  }
  return { machine: thisMachine(), pairs, coder: await measureCoder(turns) };
};
