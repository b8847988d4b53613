import { mkdir, readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod/v4';
import { jsonText } from '../../../node/app/json-text.js';
import { makeDirectory, syncDirectory, writeDurably } from '../../../node/disk/durable-file.js';
import { ownDirectory } from '../../../node/disk/directory-owner.js';
import { HoldfastError } from '../../../node/core/errors/holdfast-error.js';
import type { Address, Hash, Hex } from '../../../node/core/units.js';
import { addressText, bytesText, hashText } from '../../../node/disk/unit-schemas.js';
import type { Plan } from '../plan.js';

/*
 * The journal of one account's deployment on one chain. It lies beside the key it belongs to, not in the checkout: whichever
 * checkout is used, the same key meets the same journal and the same lock, and signed transactions are never committed.
 */

const planSchema = z.strictObject({
  version: z.literal(1),
  account: addressText,
  firstNonce: z.int().nonnegative(),
  creations: z.record(z.string(), hashText),
});

const sentSchema = z.array(z.strictObject({ nonce: z.int().nonnegative(), hash: hashText, raw: bytesText }));

const addressesSchema = z.record(z.string(), z.string().regex(/^0x[0-9a-fA-F]{40}$/));

/** What a plan is made of again: the rest follows from what is asked for. */
export interface RecordedPlan {
  readonly account: Address;
  readonly firstNonce: number;
  /** Keccak-256 of each transaction's data. */
  readonly creations: Readonly<Record<string, Hash>>;
}

/** A transaction that was signed, and perhaps sent. */
export interface SentTransaction {
  readonly nonce: number;
  readonly hash: Hash;
  readonly raw: Hex;
}

/** Where one deployment keeps what must survive the process. */
export interface DeploymentFolder {
  readonly path: string;
  /** Ignition's journal. */
  readonly ignition: string;
  /** The address book, once there is one. */
  readonly book: string;
  plan(): Promise<RecordedPlan | undefined>;
  writePlan(plan: Plan): Promise<void>;
  /** Signed transactions, oldest first. */
  sent(): Promise<readonly SentTransaction[]>;
  addSent(transaction: SentTransaction): Promise<void>;
  /** Addresses that Ignition saw contracts at. */
  deployed(): Promise<readonly string[]>;
  /** Makes this process its one owner; JOURNAL_IN_USE names the other. Resolves to what gives it back. */
  own(): Promise<() => Promise<void>>;
  /** Moves everything aside, to begin again. */
  abandon(): Promise<void>;
}

const readJson = async <Value>(path: string, schema: z.ZodType<Value>): Promise<Value | undefined> => {
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined;
    throw new HoldfastError('FILE_UNREADABLE', { path, reason: cause.message }, { cause });
  });
  if (text === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new HoldfastError('JOURNAL_DAMAGED', { path, problem: String(cause).slice(0, 200) }, { cause });
  }
};

/** The folder of deployments of the chain `chainId` that begins with block `genesis`, in the home folder. */
export const openDeploymentFolder = (home: string, chainId: bigint, genesis: string | undefined): DeploymentFolder => {
  const path = join(home, 'deployments', `${chainId}-${genesis === undefined ? 'genesis-unknown' : genesis.slice(2, 18)}`);
  const at = (name: string): string => join(path, name);
  const sent = async (): Promise<readonly SentTransaction[]> =>
    ((await readJson(at('transactions.json'), sentSchema)) as SentTransaction[] | undefined) ?? [];
  return {
    path,
    ignition: at('ignition'),
    book: at('book.json'),
    plan: async () => readJson(at('plan.json'), planSchema),
    writePlan: async ({ account, contracts }) => {
      const creations = Object.fromEntries(contracts.map(({ role, creationHash }) => [role, creationHash]));
      await writeDurably(at('plan.json'), jsonText({ version: 1, account, firstNonce: contracts[0]?.nonce, creations }));
    },
    sent,
    addSent: async (transaction) => writeDurably(at('transactions.json'), jsonText([...(await sent()), transaction])),
    deployed: async () => Object.values((await readJson(join(at('ignition'), 'deployed_addresses.json'), addressesSchema)) ?? {}),
    own: async () => {
      await makeDirectory(path, 0o700);
      return ownDirectory(path, { inUse: (pid) => new HoldfastError('JOURNAL_IN_USE', { path, pid }) });
    },
    abandon: async () => {
      const names = await readdir(path);
      // The plan goes first: without it the rest means nothing.
      const kept = ['plan.json', 'ignition', 'transactions.json', 'book.json'].filter((name) => names.includes(name));
      if (kept.length === 0) return;
      const aside = at(`abandoned-${1 + names.filter((name) => name.startsWith('abandoned-')).length}`);
      await mkdir(aside, { mode: 0o700 });
      for (const name of kept) await rename(at(name), join(aside, name));
      await syncDirectory(aside);
      await syncDirectory(path);
    },
  };
};
