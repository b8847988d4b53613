import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod/v4';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { parseDecimal } from '../../core/amount-text.js';
import { networkNamed, networks } from '../../core/market/networks.js';
import { typedAddress } from '../../core/typed-address.js';
import { MAX_ESCROW, wei, type Wei } from '../../core/units.js';
import { checked } from '../../disk/unit-schemas.js';
import { readSettingsText } from './file.js';
import { LEAST_CAPACITY } from './limits.js';
import { parseSettings } from './text.js';

/** Most RPC addresses of one node. */
const MOST_RPCS = 8;

const isHttp = (text: string): boolean => /^https?:$/.test(URL.parse(text)?.protocol ?? '');

/** One address or several; what is wrong is told by place, since an address may hold a key. */
const rpcAddresses = z.preprocess(
  (value) => (typeof value === 'string' ? [value] : value),
  z
    .array(z.string())
    .min(1)
    .max(MOST_RPCS)
    .superRefine((addresses, context) => {
      addresses.forEach((text, index) => {
        const which = addresses.length === 1 ? 'it' : `address ${index + 1} of ${addresses.length}`;
        if (!isHttp(text)) context.addIssue({ code: 'custom', message: `${which} is not an http or https URL` });
        else if (addresses.indexOf(text) < index) context.addIssue({ code: 'custom', message: `${which} is named twice` });
      });
    })
    .readonly(),
);

/** "0.001" → token wei, no more than an escrow has. */
const tokenAmount = (text: string): Wei => {
  const amount = wei(parseDecimal(text, 18));
  if (amount > MAX_ESCROW) throw new RangeError(`out of bounds: ${text}`);
  return amount;
};

const schema = z.strictObject({
  /** JSON-RPC addresses of the chain, the preferred one first: one, or a list of up to 8. */
  rpc: rpcAddresses.optional(),
  /** Of several RPCs, how many must agree on what a decision about money rests on; 1 trusts the first that answers. */
  rpcAgreement: z.int().min(1).max(MOST_RPCS).default(2),
  /** What transactions may cost and how they are pressed. */
  fees: z
    .strictObject({
      /** Most that a unit of gas may cost, gwei of the chain's coin. */
      maxGwei: z.number().min(0.001).max(1_000_000).default(500),
      /** Sign transactions with one gas price, also where blocks have a base fee. */
      legacy: z.boolean().default(false),
      /** Blocks from the one that holds a transaction, itself included, until it counts. */
      confirmations: z.int().min(1).max(64).default(1),
      /** Blocks without being mined after which a transaction offers more. */
      stuckBlocks: z.int().min(1).max(100).default(4),
    })
    .prefault({}),
  /** Name of a network, or id of a chain: picks the address book that ships with the package. */
  network: z
    .union([z.string(), z.int().transform(String)])
    .refine((name) => networkNamed(name) !== undefined || /^[1-9][0-9]{0,18}$/.test(name), {
      error: `must be a chain id or one of ${networks.map(({ name }) => name).join(', ')}`,
    })
    .optional(),
  /** Address book of the market, where it is another than the package's. */
  book: z.string().min(1).optional(),
  /** What this home folder is for; tells `doctor` what to look at. */
  role: z.enum(['renter', 'provider']).optional(),
  provider: z
    .strictObject({
      /** Address of the owner, where its wallet is kept on another machine; default: the wallet of this home folder. */
      owner: z.string().transform(checked(typedAddress, 'must be an address of one case or with the right checksum')).optional(),
      /** Multiaddrs to listen on. */
      listen: z.array(z.string().startsWith('/')).min(1).max(8).default(['/ip4/0.0.0.0/tcp/4711']),
      /** Multiaddrs that the registry names, when they are others than those listened on (behind a router). */
      announce: z.array(z.string().startsWith('/')).max(8).optional(),
      /** Folder of sectors and index; default: `provider` in the home folder. */
      folder: z.string().min(1).optional(),
      /** Most bytes of sectors. */
      capacityBytes: z
        .int()
        .min(LEAST_CAPACITY)
        .default(2 ** 40),
      /** Smallest revision that is co-signed, bytes: a dust deal is dear to lose. */
      minBytes: z.int().min(0).default(0),
      /** Bytes of a deal with an egress price that are served before a voucher covers them. */
      egressCreditBytes: z
        .int()
        .min(0)
        .max(2 ** 30)
        .default(2 ** 20),
      /** Tokens for each unit of the chain's coin, of equal decimals, that a voucher or reward must bring to be worth its gas. */
      gasFactor: z.int().min(0).max(1_000_000_000).default(10),
      /** Periods whose gas the operator's coin has to pay for, or an alarm goes off. */
      coinPeriods: z.int().min(1).max(10_000).default(14),
      /** Longest that the daemon takes to end once it is told to, seconds. */
      stopSeconds: z.int().min(1).max(600).default(10),
      /** Port of the local HTTP API on 127.0.0.1; 0 takes a free one. */
      apiPort: z.int().min(0).max(65_535).default(0),
    })
    .prefault({}),
  keystore: z
    .strictObject({
      /** Cost of scrypt for new keys, N of RFC 7914, a power of two. */
      scryptCost: z
        .int()
        .min(1 << 10)
        .max(1 << 20)
        .refine((cost) => Number.isInteger(Math.log2(cost)), 'must be a power of two')
        .default(1 << 17),
    })
    .prefault({}),
  renter: z
    .strictObject({
      /** Shards that suffice to rebuild a slab. */
      k: z.int().min(1).max(128).default(4),
      /** Shards stored of each slab, on as many providers. */
      n: z.int().min(1).max(255).default(6),
      /** How often new deals can pay for reading all their room, where reading has a price. */
      reads: z.int().min(0).max(1_000).default(1),
      /** Tokens that posting a revision ourselves is worth: small files are moved together only where that saves more. */
      revisionWorth: z
        .string()
        .transform(checked(tokenAmount, 'must be an amount of tokens such as "0.001"'))
        .default(wei(10n ** 15n)),
      /** Versions of each name that stay when one is stored anew; default: all. */
      keepVersions: z.int().min(1).max(1_000_000).optional(),
      /** Address to which "renter run" posts what it needs of you, as JSON. */
      webhook: z.string().refine(isHttp, 'is not an http or https URL').optional(),
      /** Program that it runs for that, with its arguments: the text is on its standard input. */
      announceCommand: z.array(z.string()).min(1).max(64).optional(),
    })
    .prefault({}),
});

/** Settings from `config.json` in the home folder, overridden by environment (HOLDFAST_RPC, _BOOK, _NETWORK), overridden by flags. */
export interface Settings extends z.infer<typeof schema> {
  /** Absolute path of the folder that holds keys, stores and the settings file. */
  readonly home: string;
}

/** Settings given on the command line. */
export interface SettingFlags {
  readonly home?: string | undefined;
  /** One address, or several separated by commas. */
  readonly rpc?: string | undefined;
  readonly book?: string | undefined;
  readonly network?: string | undefined;
}

const readSettingsFile = async (path: string): Promise<Record<string, unknown>> =>
  parseSettings((await readSettingsText(path)) ?? '{}', path);

/** The addresses in a text that separates them by commas. */
const splitRpcs = (text: string | undefined): readonly string[] | undefined =>
  text === undefined || text === '' ? undefined : text.split(',').map((part) => part.trim());

const defined = (values: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined && value !== ''));

/** Which source a bad key came from, for the error. */
const sourceOf = (key: string, layers: readonly (readonly [string, Readonly<Record<string, unknown>>])[]): string =>
  layers.findLast(([, values]) => key in values)?.[0] ?? 'defaults';

/** `values` over those `under` them: a network that is named without a book means its own, and none that was set for another. */
const over = (under: Readonly<Record<string, unknown>>, values: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> => {
  const { book, ...others } = under;
  const { network } = values;
  // A chain on this machine has no book but the one that was set.
  const hasOwn =
    typeof network === 'string' && network !== under['network'] && (networkNamed(network) ?? { chainId: network }).chainId !== undefined;
  return { ...others, ...(book !== undefined && !hasOwn && { book }), ...values };
};

/**
 * Reads and checks the settings.
 * @throws CONFIG_INVALID naming source, key and problem; FILE_UNREADABLE.
 */
export const loadSettings = async (
  flags: SettingFlags,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<Settings> => {
  const home = resolve(flags.home ?? env['HOLDFAST_HOME'] ?? join(homedir(), '.holdfast'));
  const path = join(home, 'config.json');
  const layers = [
    [path, await readSettingsFile(path)],
    ['the environment', defined({ rpc: splitRpcs(env['HOLDFAST_RPC']), book: env['HOLDFAST_BOOK'], network: env['HOLDFAST_NETWORK'] })],
    ['the command line', defined({ rpc: splitRpcs(flags.rpc), book: flags.book, network: flags.network })],
  ] as const;
  const parsed = schema.safeParse(layers.reduce((under, [, values]) => over(under, values), {}));
  if (parsed.success) return { ...parsed.data, home };
  const [issue] = parsed.error.issues;
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  const key = [...(issue?.path ?? []), ...(unknown === undefined ? [] : [unknown])].join('.');
  throw new HoldfastError('CONFIG_INVALID', {
    source: sourceOf(key.split('.')[0] ?? '', layers),
    key,
    problem: unknown === undefined ? (issue?.message ?? 'invalid') : 'there is no such setting',
  });
};
