import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod/v4';
import { HoldfastError } from '../core/errors.js';
import { address } from '../core/units.js';

const schema = z.strictObject({
  /** JSON-RPC addresses of the chain, separated by commas. */
  rpc: z
    .string()
    .refine((text) => text.split(',').every((url) => z.url({ protocol: /^https?$/ }).safeParse(url.trim()).success), 'must be URLs')
    .optional(),
  /** Address book of the market. */
  book: z.string().min(1).optional(),
  provider: z
    .strictObject({
      /** Address of the owner, where its wallet is kept on another machine; default: the wallet of this home folder. */
      owner: z
        .string()
        .regex(/^0x[0-9a-fA-F]{40}$/, { error: 'must be a 20-byte address', abort: true })
        .transform(address)
        .optional(),
      /** Multiaddrs to listen on. */
      listen: z.array(z.string().startsWith('/')).min(1).max(8).default(['/ip4/0.0.0.0/tcp/4711']),
      /** Multiaddrs that the registry names, when they are others than those listened on (behind a router). */
      announce: z.array(z.string().startsWith('/')).max(8).optional(),
      /** Folder of sectors and index; default: `provider` in the home folder. */
      folder: z.string().min(1).optional(),
      /** Most bytes of sectors. */
      capacityBytes: z
        .int()
        .min(1)
        .default(2 ** 40),
      /** Smallest revision that is co-signed, bytes: a dust deal is dear to lose. */
      minBytes: z.int().min(0).default(0),
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
    })
    .prefault({}),
});

/** Settings from `config.json` in the home folder, overridden by environment (HOLDFAST_RPC, HOLDFAST_BOOK), overridden by flags. */
export interface Settings extends z.infer<typeof schema> {
  /** Absolute path of the folder that holds keys, stores and the settings file. */
  readonly home: string;
}

/** Settings given on the command line. */
export interface SettingFlags {
  readonly home?: string | undefined;
  readonly rpc?: string | undefined;
  readonly book?: string | undefined;
}

/** Most bytes of a settings file. */
const FILE_CAP = 64 << 10;

const readSettingsFile = async (path: string): Promise<Record<string, unknown>> => {
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return '{}';
    throw new HoldfastError('FILE_UNREADABLE', { path, reason: cause.message }, { cause });
  });
  if (text.length > FILE_CAP) throw new HoldfastError('CONFIG_INVALID', { source: path, key: '(file)', problem: `over ${FILE_CAP} bytes` });
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
    throw new TypeError('it must be one JSON object');
  } catch (cause) {
    throw new HoldfastError('CONFIG_INVALID', { source: path, key: '(file)', problem: String(cause) }, { cause });
  }
};

const defined = (values: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== ''));

/** Which source a bad key came from, for the error. */
const sourceOf = (key: string, layers: readonly (readonly [string, Readonly<Record<string, unknown>>])[]): string =>
  layers.findLast(([, values]) => key in values)?.[0] ?? 'defaults';

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
    ['the environment', defined({ rpc: env['HOLDFAST_RPC'], book: env['HOLDFAST_BOOK'] })],
    ['the command line', defined({ rpc: flags.rpc, book: flags.book })],
  ] as const;
  const parsed = schema.safeParse(Object.assign({}, ...layers.map(([, values]) => values)));
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
