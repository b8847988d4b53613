import { causesOf } from '../core/errors/causes.js';
import { join } from 'node:path';
import { Level } from 'level';
import type { MarketIdentity } from '../core/keys/market-identity.js';
import { HoldfastError } from '../core/errors/holdfast-error.js';
import { diskError, systemCode } from '../disk/disk-error.js';
import { endOfPrefix, type Rows } from './rows.js';
import { createStoreDirectory, openStoreDirectory, type StoreKind } from './store-directory.js';

const INDEX = 'index';

type Database = Level<string, Uint8Array>;
const databaseAt = (path: string, create: boolean): Database =>
  new Level<string, Uint8Array>(join(path, INDEX), { valueEncoding: 'view', createIfMissing: create, errorIfExists: create });

const levelError = (path: string, error: unknown): unknown => {
  const code = systemCode(error);
  if (!(error instanceof Error) || code === undefined) return error;
  const cause = [...causesOf(error)].at(-1) ?? error;
  if (systemCode(cause) === 'LEVEL_LOCKED') return new HoldfastError('STORE_LOCKED', { path }, { cause: error });
  if (code === 'LEVEL_DATABASE_NOT_OPEN' && cause === error) return new HoldfastError('STORE_CLOSED', { path }, { cause: error });
  const disk = diskError(path, cause);
  if (disk instanceof HoldfastError && (disk.code === 'DISK_FULL' || /permission denied|read-only/i.test(cause.message))) return disk;
  return new HoldfastError('STORE_CORRUPT', { path, detail: cause.message }, { cause: error });
};

/** Makes an empty index of `kind`; see {@link createStoreDirectory}. */
export const createLevelRows = (path: string, kind: StoreKind, identity: MarketIdentity): Promise<void> =>
  createStoreDirectory(path, kind, identity, async (directory) => {
    const database = databaseAt(directory, true);
    await database.open();
    await database.close();
  });

/** Opens rows kept by LevelDB; every write is synchronous. The whole index stays this process's own until `close`. */
export const openLevelRows = async (path: string, kind: StoreKind, identity: MarketIdentity): Promise<Rows> => {
  const release = await openStoreDirectory(path, kind, identity);
  const database = databaseAt(path, false);
  const coded = (error: unknown): never => {
    throw levelError(path, error);
  };
  try {
    await database.open();
  } catch (error) {
    await release();
    return coded(error);
  }
  return {
    path,
    get: (key) => database.get(key).catch(coded),
    write: (changes) =>
      database
        .batch(
          changes.map(({ key, value }) => (value ? { type: 'put' as const, key, value } : { type: 'del' as const, key })),
          { sync: true },
        )
        .catch(coded),
    async *under(prefix) {
      try {
        yield* database.iterator({ gte: prefix, lt: endOfPrefix(prefix) });
      } catch (error) {
        coded(error);
      }
    },
    close: async () => {
      try {
        await database.close();
      } finally {
        await release();
      }
    },
  };
};
