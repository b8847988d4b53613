import { readFile } from 'node:fs/promises';
import { z } from 'zod/v4';
import { HoldfastError } from '../core/errors.js';
import { chainFamilies } from '../core/networks.js';
import { address, blockNumber, hash } from '../core/units.js';

const addressText = z
  .string()
  .regex(/^0x[0-9a-fA-F]{40}$/, { error: 'must be a 20-byte address', abort: true })
  .transform(address);

const schema = z.strictObject({
  version: z.literal(1),
  /** Name of the network, for people. */
  network: z.string().min(1).max(64),
  chainId: z.coerce.bigint().positive(),
  /** How the chain encodes headers and receipts: what a ledger can recompute. */
  family: z.enum(chainFamilies),
  /** Milliseconds between two blocks, as the network means it; for prices per month. */
  blockMilliseconds: z.int().positive(),
  token: addressText,
  registry: addressText,
  vault: addressText,
  market: addressText,
  view: addressText,
  /** Block that the market was deployed in. */
  deployment: z.strictObject({
    block: z.int().nonnegative().transform(blockNumber),
    hash: z
      .string()
      .regex(/^0x[0-9a-fA-F]{64}$/, { error: 'must be a 32-byte hash', abort: true })
      .transform(hash),
  }),
});

/** Where one market and its neighbours live, and which block proves that it is the same chain. */
export type Book = z.infer<typeof schema>;

/** Most bytes of a book. */
const FILE_CAP = 64 << 10;

/**
 * Reads and checks an address book.
 * @throws BOOK_MISSING, BOOK_INVALID naming the key.
 */
export const readBook = async (path: string | undefined): Promise<Book> => {
  if (path === undefined) throw new HoldfastError('BOOK_MISSING', { path: '(none given)' });
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new HoldfastError('BOOK_MISSING', { path }, { cause });
  });
  return parseBook(text, path);
};

const parseBook = (text: string, path: string): Book => {
  if (text.length > FILE_CAP) throw new HoldfastError('BOOK_INVALID', { path, problem: `over ${FILE_CAP} bytes` });
  const json = parseJson(text, path);
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new HoldfastError('BOOK_INVALID', { path, problem: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid'}` });
};

const parseJson = (text: string, path: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new HoldfastError('BOOK_INVALID', { path, problem: 'not JSON' }, { cause });
  }
};

/** The book as the text of its file. */
export const bookText = (book: Book): string => `${JSON.stringify({ ...book, chainId: book.chainId.toString() }, null, 2)}\n`;
