import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod/v4';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { masterCheck, type MasterOwner } from '../../core/keys/keys.js';
import { unreadable } from '../../disk/disk-error.js';
import { makeDirectory, writeDurablyShared } from '../../disk/durable-file.js';
import { addressText } from '../../disk/unit-schemas.js';

const schema = z.strictObject({
  holdfastMasterCheck: z.literal(1),
  chainId: z.int().min(1),
  market: addressText,
  renter: addressText,
  /** See {@link masterCheck}. */
  check: z.string().regex(/^[0-9a-f]{16}$/),
});
type CheckFile = z.infer<typeof schema>;

/** Most bytes of the file. */
const FILE_CAP = 4 << 10;

const readCheck = async (path: string): Promise<CheckFile | undefined> => {
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined;
    throw unreadable(path, cause);
  });
  if (text === undefined) return undefined;
  try {
    if (text.length > FILE_CAP) throw new RangeError(`over ${FILE_CAP} bytes`);
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new HoldfastError('MASTER_CHECK_CORRUPT', { path }, { cause });
  }
};

/**
 * Keeps the check value of the first master key that a home stores under on a market, in the file at `path`, and refuses every other one
 * before anything is stored under it. Durable when it resolves. MASTER_KEY_DIFFERS, MASTER_CHECK_CORRUPT.
 */
export const requireSameMaster = async (path: string, { account, chainId, market }: MasterOwner, master: Uint8Array): Promise<void> => {
  const check = masterCheck(master);
  const before = await readCheck(path);
  if (before === undefined) {
    const file: CheckFile = { holdfastMasterCheck: 1, chainId: Number(chainId), market, renter: account, check };
    await makeDirectory(dirname(path), 0o700);
    await writeDurablyShared(path, `${JSON.stringify(file)}\n`);
    return;
  }
  if (before.check !== check || before.renter !== account)
    throw new HoldfastError('MASTER_KEY_DIFFERS', { path, renter: before.renter, account });
};
