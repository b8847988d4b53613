import { createCipheriv } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SectorRef } from '../../../../node/core/data/data-set.js';
import type { MarketIdentity } from '../../../../node/core/keys/market-identity.js';
import { address, hash, leaves, SECTOR_BYTES, SECTOR_LEAVES } from '../../../../node/core/units.js';
import type { SectorStore } from '../../../../node/ports/sector-store.js';
import { crownOf, rootOfCrown } from '../../../../node/provider/keep/sector-crown.js';
import { createSectorFiles, openSectorFiles } from '../../../../node/storage/sector-files.js';

/** Full sectors in a store on disk, until disposed of. */
export interface StoredSectors extends AsyncDisposable {
  readonly store: SectorStore;
  readonly sectors: readonly SectorRef[];
  /** Path of a file with a sector's worth of bytes. */
  readonly bare: string;
}

const identity: MarketIdentity = { chainId: 1n, market: address(`0x${'aa'.repeat(20)}`), deploymentHash: hash(`0x${'bb'.repeat(32)}`) };

/** Bytes that look random, another sector's worth for each number. */
const contentOf = (number: number): Uint8Array =>
  createCipheriv('aes-128-ctr', Buffer.alloc(16, 1), Buffer.alloc(16).fill(number)).update(Buffer.alloc(SECTOR_BYTES));

/** Stores `count` full sectors in a folder of their own, as a provider does. */
export const storeSectors = async (count: number): Promise<StoredSectors> => {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-reads-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'sectors');
  await createSectorFiles(path, identity);
  const store = await openSectorFiles({ path, identity });
  stack.defer(() => store.close());
  const sectors: SectorRef[] = [];
  for (let number = 0; number < count; number++) {
    const bytes = contentOf(number);
    const crown = await crownOf(bytes);
    const sector = { root: rootOfCrown(SECTOR_LEAVES, crown), leaves: leaves(SECTOR_LEAVES) };
    await store.put(sector, bytes, undefined, crown);
    sectors.push(sector);
  }
  const bare = join(folder, 'bare');
  await writeFile(bare, contentOf(count));
  const disposing = stack.move();
  return { store, sectors, bare, [Symbol.asyncDispose]: () => disposing.disposeAsync() };
};
