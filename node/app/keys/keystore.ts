import { makeDirectory, syncDirectory, writeDurablyShared } from '../../disk/durable-file.js';
import { randomBytes } from 'node:crypto';
import { readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod/v4';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { address, type Address } from '../../core/units.js';
import { fromHex, toHex } from '../../core/data/bytes.js';
import { addressText } from '../../disk/unit-schemas.js';

/** What a key is for: `wallet` pays and owns, `operator` signs for a provider's daemon, `peer` is its libp2p identity. */
export type KeyRole = 'wallet' | 'operator' | 'peer';

/** Encrypted keys in a folder, one file each: Web3 Secret Storage (version 3) in an envelope of our own version. */
export interface Keystore {
  has(role: KeyRole): Promise<boolean>;
  /** KEY_EXISTS if there is one: asked before a person is made to type a password. */
  requireAbsent(role: KeyRole): Promise<void>;
  /** Address of a key, readable without the password. KEY_MISSING, KEYSTORE_CORRUPT, KEY_OF_ANOTHER_ROLE. */
  addressOf(role: KeyRole): Promise<Address>;
  /** Stores `key` (32 bytes; random if not given), durably. Never overwrites: KEY_EXISTS. */
  create(role: KeyRole, password: string, key?: Uint8Array): Promise<Address>;
  /** The 32 bytes of a key. WRONG_PASSWORD, KEY_MISSING, KEYSTORE_CORRUPT. */
  unlock(role: KeyRole, password: string): Promise<Uint8Array>;
  /** The key that is to follow the operator's, in a file beside it (`operator-next.json`). */
  readonly next: NextKey;
}

/** The operator's key to come. */
export interface NextKey {
  /** Undefined if there is none. */
  address(): Promise<Address | undefined>;
  /** Makes one, durably: it may be named on chain from then on. KEY_EXISTS. */
  create(password: string): Promise<Address>;
  /**
   * Puts it in the operator key's place; that one stays in a file named by its address. Interrupted anywhere, it is done by doing it
   * again. KEY_MISSING if there is none.
   */
  promote(): Promise<Address>;
}

const schema = z.strictObject({
  holdfastKeystore: z.literal(1),
  role: z.enum(['wallet', 'operator', 'peer']),
  address: addressText,
  v3: z.looseObject({ version: z.literal(3) }),
});
type KeyFile = z.infer<typeof schema>;

/** Most bytes of a key file. */
const FILE_CAP = 16 << 10;

const writeNewFile = async (path: string, text: string): Promise<void> => {
  await makeDirectory(dirname(path), 0o700);
  await writeDurablyShared(path, text);
};

/** The keystore in `folder`, which is made at the first key. `scryptCost` (N of RFC 7914, a power of two) is for new keys. */
export const createKeystore = (options: { readonly folder: string; readonly scryptCost: number }): Keystore => {
  const { folder, scryptCost } = options;
  const pathOf = (role: KeyRole): string => join(folder, `${role}.json`);
  const nextPath = join(folder, 'operator-next.json');

  const readText = async (path: string): Promise<string | undefined> =>
    readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === 'ENOENT') return undefined;
      throw new HoldfastError('FILE_UNREADABLE', { path, reason: cause.message }, { cause });
    });

  const read = async (role: KeyRole, path = pathOf(role)): Promise<KeyFile | undefined> => {
    const text = await readText(path);
    if (text === undefined) return undefined;
    let file: KeyFile;
    try {
      if (text.length > FILE_CAP) throw new RangeError(`over ${FILE_CAP} bytes`);
      file = schema.parse(JSON.parse(text));
    } catch (cause) {
      throw new HoldfastError('KEYSTORE_CORRUPT', { path }, { cause });
    }
    if (file.role !== role) throw new HoldfastError('KEY_OF_ANOTHER_ROLE', { path, role, found: file.role });
    return file;
  };

  const existing = async (role: KeyRole): Promise<KeyFile> => {
    const file = await read(role);
    if (file === undefined) throw new HoldfastError('KEY_MISSING', { role, folder });
    return file;
  };

  const requireNone = async (role: KeyRole, path: string): Promise<void> => {
    if ((await read(role, path)) !== undefined) throw new HoldfastError('KEY_EXISTS', { role, path });
  };

  const makeKey = async (role: KeyRole, path: string, password: string, key: Uint8Array): Promise<Address> => {
    await requireNone(role, path);
    if (password.length === 0) throw new HoldfastError('PASSWORD_EMPTY', {});
    const { computeAddress, encryptKeystoreJson } = await import('ethers');
    const privateKey = toHex(key);
    const account = address(computeAddress(privateKey));
    const v3 = await encryptKeystoreJson({ address: account, privateKey }, password, { scrypt: { N: scryptCost } });
    const file = { holdfastKeystore: 1, role, address: account, v3: JSON.parse(v3) as unknown };
    await writeNewFile(path, `${JSON.stringify(file)}\n`);
    return account;
  };

  const next: NextKey = {
    address: async () => (await read('operator', nextPath))?.address,
    create: (password) => makeKey('operator', nextPath, password, randomBytes(32)),
    promote: async () => {
      const following = await read('operator', nextPath);
      if (following === undefined) throw new HoldfastError('KEY_MISSING', { role: 'operator-next', folder });
      const former = await read('operator');
      const text = await readText(pathOf('operator'));
      if (former !== undefined && text !== undefined) await writeNewFile(join(folder, `operator-${former.address}.json`), text);
      await rename(nextPath, pathOf('operator'));
      await syncDirectory(folder);
      return following.address;
    },
  };

  const unlock = async (role: KeyRole, password: string): Promise<Uint8Array> => {
    const file = await existing(role);
    const { decryptKeystoreJson } = await import('ethers');
    const account = await decryptKeystoreJson(JSON.stringify(file.v3), password).catch((cause: unknown) => {
      const wrong = cause instanceof Error && /incorrect password/i.test(cause.message);
      throw wrong
        ? new HoldfastError('WRONG_PASSWORD', { path: pathOf(role) }, { cause })
        : new HoldfastError('KEYSTORE_CORRUPT', { path: pathOf(role) }, { cause });
    });
    if (address(account.address) !== file.address) throw new HoldfastError('KEYSTORE_CORRUPT', { path: pathOf(role) });
    return fromHex(account.privateKey);
  };

  return {
    has: async (role) => (await read(role)) !== undefined,
    requireAbsent: (role) => requireNone(role, pathOf(role)),
    addressOf: async (role) => (await existing(role)).address,
    create: (role, password, key = randomBytes(32)) => makeKey(role, pathOf(role), password, key),
    unlock,
    next,
  };
};
