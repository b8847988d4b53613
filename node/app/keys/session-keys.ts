import { z } from 'zod/v4';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { sessionKey } from '../../core/keys/keys.js';
import { createKeySigner } from '../../core/keys/signing.js';
import type { Address } from '../../core/units.js';
import { addressText } from '../../disk/unit-schemas.js';
import type { Settings } from '../settings/config.js';
import { foldersOf } from '../settings/folders.js';
import { keyFilesIn } from './key-files.js';
import { seal, sealedKey, unseal } from './sealing.js';

/** What stands in the file of the session's keys, readable without a password. */
export interface SessionFacts {
  /** The market that the keys are for. */
  readonly chainId: number;
  readonly market: Address;
  /** The wallet whose deals they are for. */
  readonly renter: Address;
  /** The account of the session key: the purse, which pays for gas and deposits. */
  readonly account: Address;
}

const schema = z.strictObject({
  holdfastSession: z.literal(1),
  chainId: z.int().min(1),
  market: addressText,
  renter: addressText,
  account: addressText,
  v3: sealedKey,
});

/**
 * The keys that looking after files needs, and not the wallet's: the master key, which shards are coded under, and with it the session key. All
 * of it derives from the wallet, so that nothing in the purse is lost with the file.
 */
export interface SessionKeys {
  /** Undefined if there are none. KEYSTORE_CORRUPT. */
  facts(): Promise<SessionFacts | undefined>;
  /** Stores them, encrypted, in the place of former ones. */
  store(facts: Omit<SessionFacts, 'account'>, master: Uint8Array, password: string): Promise<SessionFacts>;
  /** The master key. WRONG_PASSWORD, KEY_MISSING, KEYSTORE_CORRUPT. */
  unlock(password: string): Promise<{ readonly facts: SessionFacts; readonly master: Uint8Array }>;
}

/** The account of the session key of `master`. */
export const sessionAccount = (master: Uint8Array): Address => createKeySigner(sessionKey(master)).address;

const NAME = 'session.json';

/** The keys of the session of this home folder, in `session.json` among the keys. */
export const sessionKeysOf = (settings: Settings): SessionKeys => {
  const { keys: folder } = foldersOf(settings);
  const files = keyFilesIn(folder);
  const path = files.pathOf(NAME);

  const read = async (): Promise<z.infer<typeof schema> | undefined> => {
    const text = await files.read(NAME);
    if (text === undefined) return undefined;
    try {
      return schema.parse(JSON.parse(text));
    } catch (cause) {
      throw new HoldfastError('KEYSTORE_CORRUPT', { path }, { cause });
    }
  };
  const factsIn = ({ chainId, market, renter, account }: z.infer<typeof schema>): SessionFacts => ({ chainId, market, renter, account });

  return {
    facts: async () => {
      const file = await read();
      return file && factsIn(file);
    },
    store: async (facts, master, password) => {
      const v3 = await seal({ key: master }, password, settings.keystore.scryptCost);
      const file = { holdfastSession: 1, ...facts, account: sessionAccount(master), v3 };
      await files.change(() => files.write(NAME, `${JSON.stringify(file)}\n`));
      return { ...facts, account: file.account };
    },
    unlock: async (password) => {
      const file = await read();
      if (file === undefined) throw new HoldfastError('SESSION_MISSING', { folder });
      const { key: master } = await unseal(file.v3, password, path);
      if (sessionAccount(master) !== file.account) throw new HoldfastError('KEYSTORE_CORRUPT', { path });
      return { facts: factsIn(file), master };
    },
  };
};
