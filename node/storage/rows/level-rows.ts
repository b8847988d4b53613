import { causesOf } from '../../core/errors/causes.js';
import { join } from 'node:path';
import { Level } from 'level';
import type { MarketIdentity } from '../../core/keys/market-identity.js';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { createSerial } from '../../core/tasks/serial.js';
import { diskError, systemCode } from '../../disk/disk-error.js';
import { withReserve } from '../../disk/reserve.js';
import { endOfPrefix, type Rows } from './rows.js';
import { createStoreDirectory, openStoreDirectory, type StoreKind } from './store-directory.js';

/** Rows that a walk has in memory, beside what LevelDB reads ahead. */
const ROWS_AT_ONCE = 256;

/** Folder of the rows of a store. */
export const INDEX = 'index';

export type Database = Level<string, Uint8Array>;
export const databaseAt = (path: string, create: boolean): Database =>
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

/** Makes an empty index of `kind`, and with `fill` what lies beside it; see {@link createStoreDirectory}. */
export const createLevelRows = (
  path: string,
  kind: StoreKind,
  identity: MarketIdentity,
  fill: (directory: string) => Promise<void> = async () => undefined,
): Promise<void> =>
  createStoreDirectory(path, kind, identity, async (directory) => {
    const database = databaseAt(directory, true);
    await database.open();
    await database.close();
    await fill(directory);
  });

/** What Level is where it writes to a disk; its types leave out what a browser's lacks. */
const onDisk = Level as unknown as { repair(location: string): Promise<void> };

/** Makes an index that does not open any more whole again, without the rows that are lost. STORE_LOCKED, STORE_CORRUPT. */
export const repairLevelRows = async (path: string, kind: StoreKind, identity: MarketIdentity): Promise<void> => {
  const release = await openStoreDirectory(path, kind, identity);
  try {
    await onDisk.repair(join(path, INDEX));
  } catch (error) {
    throw levelError(path, error);
  } finally {
    await release();
  }
};

/** What opens a database; tests put another in its place. */
export type OpenDatabase = (path: string, create: boolean) => Database;

/** The database and, after a write that failed, another on the same files: what one wrote in part must not be written behind. */
const createConnection = (path: string, databaseOf: OpenDatabase) => {
  let database = databaseOf(path, false);
  let ready: Promise<void> = database.open();
  let failed = false;
  let closed = false;

  const reopen = async (): Promise<void> => {
    await database.close().catch(() => undefined);
    database = databaseOf(path, false);
    await database.open();
    failed = false;
  };

  return {
    current: async (): Promise<Database> => {
      await ready.catch(() => undefined);
      return database;
    },
    opened: (): Promise<void> => ready,
    /** One write at a time, each on a database that no write has failed on. */
    write: async (batch: (database: Database) => Promise<void>): Promise<void> => {
      if (failed && !closed) await (ready = reopen());
      try {
        await batch(database);
      } catch (error) {
        failed = true;
        throw error;
      }
    },
    close: async (): Promise<void> => {
      closed = true;
      await database.close();
    },
  };
};

/** Opens rows kept by LevelDB; see {@link rowsIn}. The store stays this process's own until `close`. */
export const openLevelRows = async (
  path: string,
  kind: StoreKind,
  identity: MarketIdentity,
  databaseOf: OpenDatabase = databaseAt,
): Promise<Rows> => rowsIn(path, databaseOf, await openStoreDirectory(path, kind, identity));

/** Opens the rows of a store that this process owns; a full disk gives up its reserve for a write. `release` is called once they are closed. */
export const rowsIn = async (path: string, databaseOf: OpenDatabase, release: () => Promise<void>): Promise<Rows> => {
  const serial = createSerial();
  const coded = (error: unknown): never => {
    throw levelError(path, error);
  };
  const connection = createConnection(path, databaseOf);
  try {
    await connection.opened();
  } catch (error) {
    await release();
    return coded(error);
  }
  return {
    path,
    get: async (key) => (await connection.current()).get(key).catch(coded),
    getMany: async (keys) => (await connection.current()).getMany([...keys]).catch(coded),
    write: (changes, { durable = true } = {}) => {
      const batch = changes.map(({ key, value }) => (value ? { type: 'put' as const, key, value } : { type: 'del' as const, key }));
      const write = (): Promise<void> => connection.write((database) => database.batch(batch, { sync: durable }));
      return serial('write', () => withReserve(path, write)).catch(coded);
    },
    async *under(prefix, after) {
      const range = { ...(after === undefined ? { gte: prefix } : { gt: after }), lt: endOfPrefix(prefix) };
      const found = (await connection.current()).iterator(range);
      try {
        for (let most = 1; ; most = Math.min(16 * most, ROWS_AT_ONCE)) {
          const batch = await found.nextv(most).catch(coded);
          if (batch.length === 0) return;
          for (const row of batch) yield row;
        }
      } finally {
        await found.close();
      }
    },
    close: async () => {
      try {
        await connection.close();
      } finally {
        await release();
      }
    },
  };
};
