import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { SectorRef } from '../../../../node/core/data/data-set.js';
import type { MarketIdentity } from '../../../../node/core/keys/market-identity.js';
import { address, hash, leaves, LEAF_BYTES } from '../../../../node/core/units.js';
import { createOpenFiles } from '../../../../node/disk/open-files.js';
import type { SectorStore } from '../../../../node/ports/sector-store.js';
import type { Packed } from '../../../../node/storage/packs/pack-appender.js';
import { createPackFiles, PACK_BYTES } from '../../../../node/storage/packs/pack-files.js';
import { createSectorFiles, openSectorFiles } from '../../../../node/storage/sector-files.js';

/** How fast sectors of one size are stored, MiB a second, beside the same bytes written and synced one after another. */
export interface IngestFigures {
  readonly sectorBytes: number;
  readonly sectors: number;
  /** Uploads side by side. */
  readonly atOnce: number;
  readonly stored: number;
  readonly raw: number;
  readonly ratio: number;
}

export interface StoreFigures {
  readonly ingest: readonly IngestFigures[];
  readonly opening: {
    readonly sectors: number;
    /** Milliseconds that making the index from the packs took. */
    readonly rebuilding: number;
    readonly milliseconds: number;
    /** What opening adds to the memory of a process, MiB. */
    readonly memory: number;
    /** Milliseconds to say which of 262,144 roots are absent. */
    readonly absent: number;
  };
}

export const benchIdentity: MarketIdentity = {
  chainId: 31_337n,
  market: address(`0x${'aa'.repeat(20)}`),
  deploymentHash: hash(`0x${'bb'.repeat(32)}`),
};

const sectorOf = (size: number): SectorRef => ({ root: hash(`0x${randomBytes(32).toString('hex')}`), leaves: leaves(size / LEAF_BYTES) });

/** Milliseconds that a task takes. */
export const timed = async (task: () => Promise<unknown>): Promise<number> => {
  const start = performance.now();
  await task();
  return performance.now() - start;
};

const rate = (bytes: number, milliseconds: number): number => Math.round((bytes / 2 ** 20 / milliseconds) * 100_000) / 100;

const putAll = async (store: SectorStore, count: number, bytes: Uint8Array, atOnce: number): Promise<void> => {
  let left = count;
  const line = async (): Promise<void> => {
    while (left-- > 0) await store.put(sectorOf(bytes.length), bytes);
  };
  await Promise.all(Array.from({ length: atOnce }, line));
};

/** Writes these to a file, each synced before the next. */
export const writeRaw = async (path: string, pieces: readonly Uint8Array[]): Promise<void> => {
  const file = await open(path, 'w');
  try {
    for (const bytes of pieces) {
      await file.write(bytes);
      await file.sync();
    }
  } finally {
    await file.close();
  }
};

const measureIngest = async (folder: string, sectorBytes: number, sectors: number, atOnce: number): Promise<IngestFigures> => {
  const bytes = randomBytes(sectorBytes);
  const path = join(folder, `ingest-${sectorBytes}`);
  await createSectorFiles(path, benchIdentity);
  const store = await openSectorFiles({ path, identity: benchIdentity });
  const storing = await timed(() => putAll(store, sectors, bytes, atOnce));
  await store.close();
  const writing = await timed(() => writeRaw(join(folder, 'raw'), Array<Uint8Array>(sectors).fill(bytes)));
  const [stored, raw] = [rate(sectors * sectorBytes, storing), rate(sectors * sectorBytes, writing)];
  return { sectorBytes, sectors, atOnce, stored, raw, ratio: Math.round((stored / raw) * 100) / 100 };
};

const APPENDED_AT_ONCE = 16_384;
const OPENING = fileURLToPath(new URL('opening-process.ts', import.meta.url));

/** Appends small sectors to the packs of an empty store, which is to be opened with its index made anew. */
export const appendAll = async (path: string, sectors: Iterable<Packed>): Promise<void> => {
  const packs = createPackFiles({ path, files: createOpenFiles(1), last: undefined, next: 0, packBytes: PACK_BYTES });
  const portion: Packed[] = [];
  for (const sector of sectors) if (portion.push(sector) === APPENDED_AT_ONCE) await packs.append(portion.splice(0));
  if (portion.length > 0) await packs.append(portion);
  await packs.close();
};

const measureOpening = async (folder: string, sectors: number): Promise<StoreFigures['opening']> => {
  const path = join(folder, 'many');
  await createSectorFiles(path, benchIdentity);
  const bytes = randomBytes(LEAF_BYTES);
  function* many(): Generator<Packed> {
    for (let left = sectors; left > 0; left--) yield { sector: sectorOf(LEAF_BYTES), bytes };
  }
  await appendAll(path, many());
  const rebuilding = Math.round(await timed(async () => (await openSectorFiles({ path, identity: benchIdentity, rebuild: true })).close()));
  const { stdout } = await promisify(execFile)(process.execPath, ['--conditions=holdfast-source', '--import', 'tsx', OPENING, path]);
  return { sectors, rebuilding, ...(JSON.parse(stdout) as Omit<StoreFigures['opening'], 'sectors' | 'rebuilding'>) };
};

/** Measures a sector store on the disk of the temporary folder. */
export const measureStore = async (sectors: number, say: (line: string) => void): Promise<StoreFigures> => {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-bench-'));
  try {
    const ingest: IngestFigures[] = [];
    for (const [size, count, atOnce] of [
      [8 << 10, 2_000, 64],
      [4 << 20, 32, 4],
    ] as const) {
      say(`storing ${count} sectors of ${size} bytes …`);
      ingest.push(await measureIngest(folder, size, count, atOnce));
    }
    say(`opening a store of ${sectors} sectors …`);
    return { ingest, opening: await measureOpening(folder, sectors) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
