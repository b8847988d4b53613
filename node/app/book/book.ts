import { readFile } from 'node:fs/promises';
import { z } from 'zod/v4';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { chainFamilies } from '../../core/market/networks.js';
import { wei } from '../../core/units.js';
import { addressText, blockCount, decimalText, hashText } from '../../disk/unit-schemas.js';
import { jsonText } from '../json-text.js';

const amountText = decimalText(29, 'must be a decimal number of token wei').transform(wei);

const uint = (bits: number): z.ZodInt =>
  z
    .int()
    .min(0)
    .max(2 ** bits - 1);

/** The market's parameters as JSON: amounts in decimal text. What they mean stands in `contracts/MarketTypes.sol`. */
export const parametersSchema = z.strictObject({
  periodBlocks: uint(32),
  windowBlocks: uint(32),
  samples: uint(8),
  missBps: uint(16),
  collateralPeriods: uint(16),
  burnBps: uint(16),
  bountyBps: uint(16),
  compensationBps: uint(16),
  maxMisses: uint(8),
  coverBps: uint(16),
  noticePeriods: uint(16),
  feeBps: uint(16),
  feeBurnBps: uint(16),
  epochPeriods: uint(16),
  bondBps: uint(16),
  unit: amountText,
  bountyCap: amountText,
  signatureGas: uint(32),
  bondUnit: amountText,
});

const schema = z.strictObject({
  version: z.literal(1),
  /** Name of the network, for people. */
  network: z.string().min(1).max(64),
  chainId: z.coerce.bigint().positive(),
  /** How the chain encodes headers and receipts: what a ledger can recompute. */
  family: z.enum(chainFamilies),
  /** Milliseconds between two blocks, as the network means it; for prices per month. */
  blockMilliseconds: z.int().positive(),
  /** Hash of the chain's block 0; left out where RPCs do not serve it. */
  genesis: hashText.optional(),
  token: addressText,
  registry: addressText,
  vault: addressText,
  market: addressText,
  /** The market's second body of code, deployed before it. */
  verbBody: addressText,
  rewardPool: addressText,
  view: addressText,
  /** As the market's constructor took them. */
  parameters: parametersSchema,
  /** First block of period 1: the one that the body of verbs was deployed in. */
  genesisBlock: blockCount,
  /** Block that the market was deployed in, its hash, and the transaction that did it. */
  deployment: z.strictObject({ block: blockCount, hash: hashText, transaction: hashText }),
  /** Keccak-256 of the code on chain, by contract. */
  code: z.strictObject({
    token: hashText,
    registry: hashText,
    vault: hashText,
    market: hashText,
    verbBody: hashText,
    rewardPool: hashText,
    view: hashText,
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
export const bookText = (book: Book): string => `${jsonText(book)}\n`;
