import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod/v4';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { bytesText } from '../../disk/unit-schemas.js';
import { makeDirectory, removeDurably, renameDurably, writeDurably } from '../../disk/durable-file.js';
import { ownDirectory } from '../../disk/directory-owner.js';
import type { Log } from '../../ports/world.js';

const shape = {
  id: z.string().regex(/^\d{16}$/),
  /** What it does, for people. */
  action: z.string().max(256),
  priority: z.enum(['audit', 'normal']),
  /** Last block in which it should be mined. */
  deadline: z.int().nonnegative().nullable(),
  /** Signed transactions of one nonce, of which at most one can ever be mined, oldest first. */
  attempts: z
    .array(z.strictObject({ raw: bytesText.refine((raw) => raw !== '0x'), cancels: z.boolean() }))
    .min(1)
    .max(64),
};

const schema = z.union([
  z.strictObject({ version: z.literal(1), ...shape }).transform((record) => ({
    ...record,
    version: 2 as const,
    since: null,
    intention: null,
    repeatable: false,
    minedIn: null,
  })),
  z.strictObject({
    version: z.literal(2),
    ...shape,
    /** Newest block when it was signed; null where that was not kept. */
    since: z.int().nonnegative().nullable(),
    /** The id under which somebody wants it; null without one. */
    intention: z.string().max(256).nullable(),
    /** Whether it does no harm twice. */
    repeatable: z.boolean(),
    /** Block in which it was mined to the wanted depth, when it is kept to answer whoever asks for the same. */
    minedIn: z.int().nonnegative().nullable(),
  }),
]);

/** A transaction that may have left this machine, with everything needed to finish it. */
export type TransactionRecord = z.infer<typeof schema>;

/** Most bytes of one record: 64 attempts of a proof of 128 KiB would not fit, and no transaction comes near that. */
const RECORD_CAP = 8 << 20;
const RECORD = /^(\d{16})\.json$/;
/** What a record that is retired is called. */
const NEWEST = 'newest-used.json';

/** Signed transactions of one account, each on disk before it is sent. */
export interface TransactionJournal {
  /** Those that an earlier process left, oldest first. */
  readonly left: readonly TransactionRecord[];
  /** Of the records that are retired, the one that was last; undefined where there is none. */
  readonly newest: TransactionRecord | undefined;
  /** A name for the next record, above all before it. */
  nextId(): string;
  /** Durable when it resolves. */
  put(record: TransactionRecord): Promise<void>;
  remove(id: string): Promise<void>;
  /** Forgets a record, but for what its nonce tells: that it is used. */
  retire(id: string): Promise<void>;
  close(): Promise<void>;
}

const readRecord = async (path: string): Promise<TransactionRecord> => {
  const text = await readFile(path, 'utf8');
  if (text.length > RECORD_CAP) throw new HoldfastError('JOURNAL_DAMAGED', { path, problem: `it is over ${RECORD_CAP} bytes` });
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new HoldfastError('JOURNAL_DAMAGED', { path, problem: 'it is not a record of a transaction' }, { cause });
  }
};

/** The record at `path`, if it can be read: without it two RPCs that disagree are told apart by what they can show. */
const readNewest = async (path: string, log: Log | undefined): Promise<TransactionRecord | undefined> => {
  if (!existsSync(path)) return undefined;
  return readRecord(path).catch((error: unknown) => {
    log?.warn('transaction-newest-unreadable', { path, error });
    return undefined;
  });
};

/** Opens the journal in `directory`, making it where it is missing. JOURNAL_IN_USE, JOURNAL_DAMAGED. */
export const openTransactionJournal = async (directory: string, log?: Log): Promise<TransactionJournal> => {
  await makeDirectory(directory, 0o700);
  const release = await ownDirectory(directory, { inUse: (pid) => new HoldfastError('JOURNAL_IN_USE', { path: directory, pid }) });
  try {
    const names = (await readdir(directory)).filter((name) => RECORD.test(name)).sort();
    const left: TransactionRecord[] = [];
    for (const name of names) left.push(await readRecord(join(directory, name)));
    const newestPath = join(directory, NEWEST);
    const newest = await readNewest(newestPath, log);
    let last = Number(left.at(-1)?.id ?? 0);
    const path = (id: string): string => join(directory, `${id}.json`);
    return {
      left,
      newest,
      nextId: () => String(++last).padStart(16, '0'),
      put: async (record) => writeDurably(path(record.id), JSON.stringify(record)),
      remove: async (id) => removeDurably(path(id)),
      retire: async (id) => renameDurably(path(id), newestPath),
      close: release,
    };
  } catch (error) {
    await release();
    throw error;
  }
};
