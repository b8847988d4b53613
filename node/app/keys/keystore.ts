import { randomBytes } from 'node:crypto';
import { z } from 'zod/v4';
import { equalBytes } from '../../core/data/bytes.js';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { addressOf as accountOf } from '../../core/keys/signing.js';
import type { Address } from '../../core/units.js';
import { renameDurably } from '../../disk/durable-file.js';
import { addressText } from '../../disk/unit-schemas.js';
import { keyFilesIn } from './key-files.js';
import { keyOfMnemonic, type Mnemonic } from './mnemonic.js';
import { seal, sealedKey, unseal, type SealedKey, type Secret } from './sealing.js';

/** What a key is for: `wallet` pays and owns, `operator` signs for a provider's daemon, `peer` is its libp2p identity. */
export type KeyRole = 'wallet' | 'operator' | 'peer';

/**
 * Encrypted keys in a folder, one file each: Web3 Secret Storage (version 3) in an envelope of our own version. A password that does not open
 * the keys that are there makes no new ones, so that all of them open with one.
 */
export interface Keystore {
  has(role: KeyRole): Promise<boolean>;
  /** KEY_EXISTS if there is one: asked before a person is made to type a password. */
  requireAbsent(role: KeyRole): Promise<void>;
  /** Address of a key, readable without the password. KEY_MISSING, KEYSTORE_CORRUPT, KEY_OF_ANOTHER_ROLE. */
  addressOf(role: KeyRole): Promise<Address>;
  /**
   * Stores `secret` (a key of 32 bytes, or the mnemonic that it is of; a random key if not given), durably. Never overwrites: KEY_EXISTS.
   * WRONG_PASSWORD if another key is there that the password does not open.
   */
  create(role: KeyRole, password: string, secret?: Uint8Array | Mnemonic): Promise<Address>;
  /** WRONG_PASSWORD unless `password` opens every key that is here: asked before a person is made to do more. */
  requireOpensAll(password: string): Promise<void>;
  /** Makes those of `roles` that are missing, all under `password`, once it has opened those that are there. */
  complete(roles: readonly KeyRole[], password: string): Promise<void>;
  /** The 32 bytes of a key. WRONG_PASSWORD, KEY_MISSING, KEYSTORE_CORRUPT. */
  unlock(role: KeyRole, password: string): Promise<Uint8Array>;
  /** The mnemonic of the wallet, undefined if it is not kept. The same errors. */
  mnemonic(password: string): Promise<Mnemonic | undefined>;
  /** The wallet's key as other wallets read it, encrypted as it lies here; it opens with `password`. The same errors. */
  sealed(password: string): Promise<SealedKey>;
  /** The key that is to follow the operator's, in a file beside it (`operator-next.json`). */
  readonly next: NextKey;
}

/** The operator's key to come. */
export interface NextKey {
  /** Undefined if there is none. */
  address(): Promise<Address | undefined>;
  /** Makes one, durably: it may be named on chain from then on. KEY_EXISTS, WRONG_PASSWORD. */
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
  v3: sealedKey,
});
type KeyFile = z.infer<typeof schema> & { readonly text: string };

const NEXT = 'operator-next.json';
const nameOf = (role: KeyRole): string => `${role}.json`;

/** Files of keys that are in use, and what each is for. */
const IN_USE: readonly (readonly [name: string, role: KeyRole])[] = [
  [nameOf('wallet'), 'wallet'],
  [nameOf('operator'), 'operator'],
  [nameOf('peer'), 'peer'],
  [NEXT, 'operator'],
];

/** The keystore in `folder`, which is made at the first key. `scryptCost` (N of RFC 7914, a power of two) is for new keys. */
export const createKeystore = (options: { readonly folder: string; readonly scryptCost: number }): Keystore => {
  const { folder, scryptCost } = options;
  const files = keyFilesIn(folder);
  /** What `password` is known to open: opening takes a second. */
  const opened = new Map<string, { readonly text: string; readonly password: string }>();

  const read = async (role: KeyRole, name = nameOf(role)): Promise<KeyFile | undefined> => {
    const text = await files.read(name);
    if (text === undefined) return undefined;
    const path = files.pathOf(name);
    let file: KeyFile;
    try {
      file = { ...schema.parse(JSON.parse(text)), text };
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

  const requireNone = async (role: KeyRole, name: string): Promise<void> => {
    if ((await read(role, name)) !== undefined) throw new HoldfastError('KEY_EXISTS', { role, path: files.pathOf(name) });
  };

  const open = async (name: string, file: KeyFile, password: string): Promise<Secret> => {
    const secret = await unseal(file.v3, password, files.pathOf(name));
    if (accountOf(secret.key) !== file.address) throw new HoldfastError('KEYSTORE_CORRUPT', { path: files.pathOf(name) });
    opened.set(name, { text: file.text, password });
    return secret;
  };

  const requireOpensAll = async (password: string): Promise<void> => {
    for (const [name, role] of IN_USE) {
      const file = await read(role, name);
      const known = opened.get(name);
      if (file !== undefined && (known?.text !== file.text || known.password !== password)) await open(name, file, password);
    }
  };

  const make = async (role: KeyRole, name: string, password: string, given: Uint8Array | Mnemonic): Promise<Address> => {
    const secret = given instanceof Uint8Array ? { key: given } : { key: await keyOfMnemonic(given), mnemonic: given };
    const account = accountOf(secret.key);
    const file = { holdfastKeystore: 1, role, address: account, v3: await seal(secret, password, scryptCost) };
    const text = `${JSON.stringify(file)}\n`;
    await files.write(name, text);
    opened.set(name, { text, password });
    return account;
  };

  const makeNew = async (role: KeyRole, name: string, password: string, secret: Uint8Array | Mnemonic): Promise<Address> => {
    await requireNone(role, name);
    if (password.length === 0) throw new HoldfastError('PASSWORD_EMPTY', {});
    return await files.change(async () => {
      await requireNone(role, name);
      await requireOpensAll(password);
      return await make(role, name, password, secret);
    });
  };

  const next: NextKey = {
    address: async () => (await read('operator', NEXT))?.address,
    create: (password) => makeNew('operator', NEXT, password, randomBytes(32)),
    promote: () =>
      files.change(async () => {
        const following = await read('operator', NEXT);
        if (following === undefined) throw new HoldfastError('KEY_MISSING', { role: 'operator-next', folder });
        const former = await read('operator');
        if (former !== undefined) await files.write(`operator-${former.address}.json`, former.text);
        await renameDurably(files.pathOf(NEXT), files.pathOf(nameOf('operator')));
        return following.address;
      }),
  };

  const secretOf = async (role: KeyRole, password: string): Promise<Secret> => open(nameOf(role), await existing(role), password);

  return {
    has: async (role) => (await read(role)) !== undefined,
    requireAbsent: (role) => requireNone(role, nameOf(role)),
    addressOf: async (role) => (await existing(role)).address,
    create: (role, password, secret = randomBytes(32)) => makeNew(role, nameOf(role), password, secret),
    requireOpensAll,
    complete: async (roles, password) => {
      await requireOpensAll(password);
      if ((await Promise.all(roles.map((role) => read(role)))).every((file) => file !== undefined)) return;
      await files.change(async () => {
        await requireOpensAll(password);
        for (const role of roles) if ((await read(role)) === undefined) await make(role, nameOf(role), password, randomBytes(32));
      });
    },
    unlock: async (role, password) => (await secretOf(role, password)).key,
    mnemonic: async (password) => {
      const { key, mnemonic } = await secretOf('wallet', password);
      if (mnemonic !== undefined && !equalBytes(await keyOfMnemonic(mnemonic), key))
        throw new HoldfastError('KEYSTORE_CORRUPT', { path: files.pathOf(nameOf('wallet')) });
      return mnemonic;
    },
    sealed: async (password) => {
      const file = await existing('wallet');
      await open(nameOf('wallet'), file, password);
      return file.v3;
    },
    next,
  };
};
