import { randomBytes } from 'node:crypto';
import { open, readFile, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { DealId } from '../../core/units.js';
import { diskError, systemCode } from '../../disk/disk-error.js';
import { writeDurably } from '../../disk/durable-file.js';
import { withReserve } from '../../disk/reserve.js';
import { entryLine, entryOf, headerLine, LINE_BYTES, SALT_BYTES, saltOf, type NumberEntry, type SignedNumber } from './number-format.js';

/** What a record of signed numbers was found to say. */
export interface FoundNumbers {
  /** By deal, the line that came last. */
  readonly newest: ReadonlyMap<DealId, SignedNumber>;
  readonly lines: number;
  /** Lines that are not as they were written, one that was cut short at the end not counted. */
  readonly damaged: number;
}

/** Where signed numbers are recorded, apart from the journal's rows. Each change is durable when it resolves. */
export interface NumberRecord {
  /** What it said when it was opened; undefined if there was none. */
  readonly found: FoundNumbers | undefined;
  append(entry: NumberEntry): Promise<void>;
  /** Puts these in the place of all lines, all or nothing. */
  rewrite(newest: ReadonlyMap<DealId, SignedNumber>): Promise<void>;
  close(): Promise<void>;
}

const contentOf = (salt: Uint8Array, newest: ReadonlyMap<DealId, SignedNumber>): Buffer =>
  Buffer.concat([headerLine(salt), ...[...newest].map(([deal, signed]) => entryLine(salt, { deal, signed }))]);

/** Reads lines; a last one that is not whole was being written when its writer ended: its signature never left. */
const read = (content: Buffer): FoundNumbers & { readonly salt: Buffer | undefined } => {
  const salt = saltOf(content);
  const newest = new Map<DealId, SignedNumber>();
  const lines = Math.max(0, Math.floor(content.length / LINE_BYTES) - 1);
  if (salt === undefined) return { salt, newest, lines, damaged: lines + 1 };
  const bad: number[] = [];
  for (let line = 1; line <= lines; line++) {
    const entry = entryOf(salt, content.subarray(line * LINE_BYTES, (line + 1) * LINE_BYTES));
    if (entry === undefined) bad.push(line);
    else if (entry.signed === undefined) newest.delete(entry.deal);
    else newest.set(entry.deal, entry.signed);
  }
  const torn = bad.at(-1) === lines && lines > 0 ? 1 : 0;
  return { salt, newest, lines: lines - torn, damaged: bad.length - torn };
};

/** Makes an empty record at `path`. */
export const createNumberFile = (path: string): Promise<void> => writeDurably(path, headerLine(randomBytes(SALT_BYTES)));

/** Opens the record at `path`, or begins one. Lines that are damaged stay until it is rewritten. */
export const openNumberFile = async (path: string): Promise<NumberRecord> => {
  const content = await readFile(path).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw diskError(path, error);
  });
  const first = content && read(content);
  let salt = first?.salt;
  let end = (1 + (first?.lines ?? 0)) * LINE_BYTES;
  let handle: FileHandle | undefined;

  const rewrite = async (newest: ReadonlyMap<DealId, SignedNumber>): Promise<void> => {
    const fresh = randomBytes(SALT_BYTES);
    await writeDurably(path, contentOf(fresh, newest));
    await handle?.close();
    handle = undefined;
    salt = fresh;
    end = (1 + newest.size) * LINE_BYTES;
  };
  const append = async (entry: NumberEntry): Promise<void> => {
    if (salt === undefined) await rewrite(new Map());
    handle ??= await open(path, 'r+');
    // Where an attempt failed the next one writes over it.
    await handle.write(entryLine(salt as Buffer, entry), 0, LINE_BYTES, end);
    await handle.datasync();
    end += LINE_BYTES;
  };
  const coded = (error: unknown): never => {
    throw diskError(path, error);
  };
  return {
    found: first,
    append: (entry) => withReserve(dirname(path), () => append(entry)).catch(coded),
    rewrite: (newest) => rewrite(newest).catch(coded),
    close: async () => {
      await handle?.close();
      handle = undefined;
    },
  };
};

/** A record that lives as long as the process. */
export const createMemoryNumbers = (): NumberRecord => ({
  found: { newest: new Map(), lines: 0, damaged: 0 },
  append: async () => undefined,
  rewrite: async () => undefined,
  close: async () => undefined,
});
