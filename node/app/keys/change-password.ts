import { readdir } from 'node:fs/promises';
import { z } from 'zod/v4';
import { equalBytes } from '../../core/data/bytes.js';
import { HoldfastError, isHoldfastError } from '../../core/errors/holdfast-error.js';
import { keyFilesIn, type KeyFiles } from './key-files.js';
import { seal, sealedKey, unseal, type Secret } from './sealing.js';

/** What became of the files of a folder of keys, by their names. */
export interface PasswordChanged {
  readonly changed: readonly string[];
  /** Those that the former password does not open: they keep theirs. */
  readonly kept: readonly string[];
}

export interface PasswordChange {
  readonly folder: string;
  readonly scryptCost: number;
  readonly former: string;
  readonly following: string;
}

/** Key files of this and earlier times: of the wallet, the operator (with its former and next keys), the peer and the session. */
const KEY_FILE = /^(wallet|operator|operator-next|operator-0x[0-9a-f]{40}|peer|session)\.json$/;

/** The envelope of every key file. */
const envelope = z.looseObject({ v3: sealedKey });

const readEnvelope = async (files: KeyFiles, name: string): Promise<z.infer<typeof envelope>> => {
  try {
    return envelope.parse(JSON.parse((await files.read(name)) ?? ''));
  } catch (cause) {
    if (isHoldfastError(cause)) throw cause;
    throw new HoldfastError('KEYSTORE_CORRUPT', { path: files.pathOf(name) }, { cause });
  }
};

/** The wallet first, so that a wrong password is told of it. */
const keyFileNames = async (folder: string): Promise<readonly string[]> => {
  const names = (await readdir(folder).catch(() => [])).filter((name) => KEY_FILE.test(name)).toSorted();
  return [...names.filter((name) => name === 'wallet.json'), ...names.filter((name) => name !== 'wallet.json')];
};

/** What `password` opens at `path`, undefined if it does not. */
const unsealIf = (sealed: z.infer<typeof sealedKey>, password: string, path: string): Promise<Secret | undefined> =>
  unseal(sealed, password, path).catch((error: unknown) => {
    if (isHoldfastError(error, 'WRONG_PASSWORD')) return undefined;
    throw error;
  });

/**
 * Puts all keys of a folder that the former password opens under the following one: all of them or none, whenever it is interrupted. Each new
 * file is opened once before the old one goes. WRONG_PASSWORD if the former opens none, KEY_MISSING, KEYSTORE_CORRUPT, PASSWORD_EMPTY.
 */
export const changePassword = async ({ folder, scryptCost, former, following }: PasswordChange): Promise<PasswordChanged> => {
  if (following.length === 0) throw new HoldfastError('PASSWORD_EMPTY', {});
  const files = keyFilesIn(folder);
  const [first] = await keyFileNames(folder);
  if (first === undefined) throw new HoldfastError('KEY_MISSING', { role: 'wallet', folder });
  return await files.change(async () => {
    const [texts, kept] = [new Map<string, string>(), [] as string[]];
    for (const name of await keyFileNames(folder)) {
      const file = await readEnvelope(files, name);
      const secret = await unsealIf(file.v3, former, files.pathOf(name));
      if (secret === undefined) {
        kept.push(name);
        continue;
      }
      const v3 = await seal(secret, following, scryptCost);
      if (!equalBytes((await unseal(v3, following, files.pathOf(name))).key, secret.key))
        throw new HoldfastError('KEYSTORE_CORRUPT', { path: files.pathOf(name) });
      texts.set(name, `${JSON.stringify({ ...file, v3 })}\n`);
    }
    if (texts.size === 0) throw new HoldfastError('WRONG_PASSWORD', { path: files.pathOf(first) });
    await files.writeTogether(texts);
    return { changed: [...texts.keys()], kept };
  });
};
