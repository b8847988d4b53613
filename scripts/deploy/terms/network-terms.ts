import { readFile } from 'node:fs/promises';
import { parseUnits } from 'ethers';
import { z } from 'zod/v4';
import { parametersSchema } from '../../../node/app/book/book.js';
import { HoldfastError } from '../../../node/core/errors/holdfast-error.js';
import type { MarketParameters } from '../../../node/core/market/deal.js';
import { chainFamilies, networkNamed, networks, type Network } from '../../../node/core/market/networks.js';
import { wei, type Wei } from '../../../node/core/units.js';
import { HOLD_DECIMALS, networkRows, parametersOf, testToken } from './parameters.js';

/** A network to deploy on, and what is deployed there. */
export interface NetworkTerms {
  readonly network: Network;
  readonly confirmations: number;
  /** HoldToken's terms where one may be deployed. */
  readonly token: { readonly supply: Wei; readonly faucetAmount: Wei } | undefined;
  /** The market's parameters for a token with so many decimals. */
  readonly parametersFor: (decimals: number) => MarketParameters;
}

const holdAmount = z
  .string()
  .regex(/^\d{1,12}(\.\d{1,18})?$/, { error: 'must be an amount of tokens', abort: true })
  .transform((text) => wei(parseUnits(text, HOLD_DECIMALS)));

const schema = z.strictObject({
  /** For people, and in the address book. */
  name: z.string().min(1).max(64),
  chainId: z
    .string()
    .regex(/^[1-9]\d{0,18}$/, 'must be a decimal number as text')
    .transform(BigInt),
  family: z.enum(chainFamilies),
  blockMilliseconds: z.int().min(1).max(3_600_000),
  coin: z.string().min(1).max(16).default('ETH'),
  confirmations: z.int().min(0).max(1_000).default(3),
  token: z
    .strictObject({ supply: holdAmount, faucet: holdAmount })
    .transform(({ supply, faucet }) => ({ supply, faucetAmount: faucet }))
    .optional(),
  parameters: parametersSchema.partial().required({ periodBlocks: true, windowBlocks: true }),
});

/** Most bytes of such a file. */
const FILE_CAP = 64 << 10;

const readFileTerms = async (path: string): Promise<NetworkTerms> => {
  const invalid = (problem: string, cause?: unknown): HoldfastError =>
    new HoldfastError('PARAMETERS_INVALID', { path, problem }, { cause });
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new HoldfastError('FILE_UNREADABLE', { path, reason: cause instanceof Error ? cause.message : String(cause) }, { cause });
  });
  if (text.length > FILE_CAP) throw invalid(`over ${FILE_CAP} bytes`);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw invalid('not JSON', cause);
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw invalid(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid'}`);
  }
  const { name, chainId, family, blockMilliseconds, coin, confirmations, token, parameters } = parsed.data;
  const given = Object.fromEntries(Object.entries(parameters).filter(([, value]) => value !== undefined)) as Partial<MarketParameters>;
  return {
    network: { name, title: name, chainId, family, blockMilliseconds, coin },
    confirmations,
    token,
    parametersFor: (decimals) => ({ ...parametersOf('devnet', decimals).parameters, ...given }),
  };
};

const namedTerms = (name: string): NetworkTerms => {
  const network = networkNamed(name);
  const row = networkRows[name];
  if (network === undefined || row === undefined)
    throw new HoldfastError('NETWORK_UNKNOWN', { name, known: networks.map((each) => each.name).join(', ') });
  return {
    network,
    confirmations: row.confirmations,
    token: testToken,
    parametersFor: (decimals) => parametersOf(row.kind, decimals).parameters,
  };
};

/** The network called `name`, or the one that the file at `path` describes. NETWORK_UNKNOWN, PARAMETERS_INVALID, FILE_UNREADABLE. */
export const readNetworkTerms = async (name: string | undefined, path: string | undefined): Promise<NetworkTerms> =>
  name === undefined ? readFileTerms(path ?? '') : namedTerms(name);
