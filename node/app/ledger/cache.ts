import { makeDirectory, writeDurablyShared } from '../../disk/durable-file.js';
import { readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod/v4';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import type { Segment } from '../../core/ledger/segments.js';
import { unreadable, unwritable } from '../../disk/disk-error.js';
import { addressText, blockCount, bytesText, hashText } from '../../disk/unit-schemas.js';
import type { Book } from '../book/book.js';

/** Most bytes of the file. What does not fit is verified again next time. */
export const CACHE_CAP = 64 << 20;

const log = z.strictObject({
  address: addressText,
  topics: z.array(hashText).max(4),
  data: bytesText,
  transaction: hashText,
  logIndex: z.int().nonnegative(),
  block: blockCount,
  blockHash: hashText,
});

const segment = z
  .strictObject({
    from: blockCount,
    to: blockCount,
    hash: hashText,
    parent: hashText,
    records: z.array(
      z.strictObject({
        block: blockCount,
        hash: hashText,
        parentHash: hashText,
        timestamp: z.int().nonnegative(),
        logs: z.array(log),
      }),
    ),
  })
  .refine(({ from, to }) => from <= to, 'its blocks are in disorder');

const identityKeys = ['chainId', 'family', 'market', 'registry', 'rewardPool', 'token', 'vault', 'deploymentHash'] as const;
type Identity = Readonly<Record<(typeof identityKeys)[number], string>>;

const schema = z.strictObject({
  version: z.literal(1),
  identity: z.strictObject(Object.fromEntries(identityKeys.map((key) => [key, z.string()]))),
  segments: z.array(segment),
});

const identityOf = (book: Book): Identity => ({
  chainId: String(book.chainId),
  family: book.family,
  market: book.market,
  registry: book.registry,
  rewardPool: book.rewardPool,
  token: book.token,
  vault: book.vault,
  deploymentHash: book.deployment.hash,
});

const readText = async (path: string): Promise<string | undefined> => {
  try {
    const { size } = await stat(path);
    if (size > CACHE_CAP) throw new HoldfastError('LEDGER_CACHE_DAMAGED', { path, problem: `it is over ${CACHE_CAP} bytes` });
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw unreadable(path, error);
  }
};

const parse = (text: string, path: string): z.infer<typeof schema> => {
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    const problem = cause instanceof z.ZodError ? (cause.issues[0]?.path.join('.') ?? 'another shape') : 'it is not JSON';
    throw new HoldfastError('LEDGER_CACHE_DAMAGED', { path, problem }, { cause });
  }
};

/**
 * What earlier runs verified of the market of `book`; nothing if there is no file yet. LEDGER_CACHE_FOREIGN for a file of
 * another market, LEDGER_CACHE_DAMAGED.
 */
export const loadSegments = async (path: string, book: Book): Promise<readonly Segment[]> => {
  const text = await readText(path);
  if (text === undefined) return [];
  const { identity, segments } = parse(text, path);
  const expected = identityOf(book);
  const foreign = identityKeys.find((what) => identity[what] !== expected[what]);
  if (foreign === undefined) return segments;
  throw new HoldfastError('LEDGER_CACHE_FOREIGN', {
    path,
    what: foreign,
    expected: expected[foreign],
    found: identity[foreign] ?? 'missing',
  });
};

/** The file's text: segments from the oldest on, as many as fit `cap` bytes (hashes and hex: a character is a byte). */
const cacheText = (book: Book, segments: readonly Segment[], cap: number): string => {
  const head = `{"version":1,"identity":${JSON.stringify(identityOf(book))},"segments":[`;
  const rows: string[] = [];
  let bytes = head.length + 3;
  for (const one of segments.toSorted((a, b) => a.from - b.from)) {
    const row = JSON.stringify(one);
    bytes += row.length + 2;
    if (bytes > cap) break;
    rows.push(row);
  }
  return `${head}\n${rows.join(',\n')}]}\n`;
};

/** Replaces what is stored, all or nothing; durable when it resolves. Two runs at a time do no harm: one of them stays. */
export const saveSegments = async (path: string, book: Book, segments: readonly Segment[], cap = CACHE_CAP): Promise<void> => {
  try {
    await makeDirectory(dirname(path), 0o700);
    await writeDurablyShared(path, cacheText(book, segments, cap));
  } catch (cause) {
    throw unwritable(path, cause);
  }
};
