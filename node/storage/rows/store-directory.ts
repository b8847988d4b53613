import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { z } from 'zod/v4';
import type { MarketIdentity } from '../../core/keys/market-identity.js';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { address, hash } from '../../core/units.js';
import { diskError, systemCode } from '../../disk/disk-error.js';
import { removeDrafts } from '../../disk/drafts.js';
import { makeDirectory, syncDirectory, writeDurably } from '../../disk/durable-file.js';
import { ownDirectory } from '../../disk/directory-owner.js';

/** What a store holds; part of its identity. */
export type StoreKind = 'sector' | 'journal' | 'catalogue';

/** Versions of the on-disk formats, and the oldest that is still opened. */
const VERSIONS: Readonly<Record<StoreKind, number>> = { sector: 2, journal: 1, catalogue: 3 };
const OLDEST: Readonly<Record<StoreKind, number>> = { sector: 1, journal: 1, catalogue: 2 };
const IDENTITY_FILE = 'holdfast-store.json';

const identityFile = z.object({
  kind: z.string(),
  version: z.number(),
  chainId: z.string(),
  market: z.string(),
  deploymentHash: z.string(),
});
type IdentityFile = z.infer<typeof identityFile>;

const identityOf = (kind: StoreKind, identity: MarketIdentity): IdentityFile => ({
  kind,
  version: VERSIONS[kind],
  chainId: identity.chainId.toString(),
  market: identity.market,
  deploymentHash: identity.deploymentHash,
});

const identityText = (kind: StoreKind, identity: MarketIdentity): string => `${JSON.stringify(identityOf(kind, identity), undefined, 2)}\n`;

/**
 * Makes a new store at `path`, whole or not at all: it is built beside and renamed. `fill` makes what belongs inside.
 * STORE_EXISTS unless nothing or an empty directory is there.
 */
export const createStoreDirectory = async (
  path: string,
  kind: StoreKind,
  identity: MarketIdentity,
  fill: (directory: string) => Promise<void>,
): Promise<void> => {
  const target = resolve(path);
  const parent = dirname(target);
  const draft = `${target}.new-${randomUUID()}`;
  try {
    await makeDirectory(parent);
    await removeDrafts(parent, (name) => name.startsWith(`${basename(target)}.new-`));
    await mkdir(draft, { mode: 0o700 });
    await fill(draft);
    await writeDurably(join(draft, IDENTITY_FILE), identityText(kind, identity));
    await rename(draft, target);
    await syncDirectory(parent);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    if (['ENOTEMPTY', 'EEXIST', 'ENOTDIR'].includes(systemCode(error) ?? ''))
      throw new HoldfastError('STORE_EXISTS', { path }, { cause: error });
    throw diskError(path, error);
  }
};

const readIdentity = async (path: string): Promise<IdentityFile> => {
  let text: string;
  try {
    text = await readFile(join(path, IDENTITY_FILE), 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT')
      throw new HoldfastError('STORE_CORRUPT', { path, detail: `${IDENTITY_FILE} is missing` }, { cause: error });
    throw diskError(path, error);
  }
  try {
    return identityFile.parse(JSON.parse(text));
  } catch (error) {
    throw new HoldfastError('STORE_CORRUPT', { path, detail: `${IDENTITY_FILE} is cut short or not of this format` }, { cause: error });
  }
};

const requireDirectory = async (path: string, kind: StoreKind): Promise<void> => {
  try {
    if ((await stat(path)).isDirectory()) return;
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw diskError(path, error);
  }
  throw new HoldfastError('STORE_MISSING', { path, kind });
};

/**
 * Rejects unless a store of `kind` and of that market is at `path`, in a version that is read here. STORE_MISSING, STORE_CORRUPT, STORE_FOREIGN (names the
 * first field that differs), STORE_OUTDATED or STORE_NEWER.
 */
export const checkStore = async (path: string, kind: StoreKind, identity: MarketIdentity): Promise<void> => {
  await requireDirectory(path, kind);
  const found = await readIdentity(path);
  const expected = identityOf(kind, identity);
  for (const field of Object.keys(expected) as (keyof IdentityFile)[]) {
    if (found[field] === expected[field] || (field === 'version' && found.version >= 1 && found.version < expected.version)) continue;
    if (field === 'version' && found.version > expected.version)
      throw new HoldfastError('STORE_NEWER', { path, kind, found: found.version, newest: expected.version });
    throw new HoldfastError('STORE_FOREIGN', { path, field, expected: String(expected[field]), found: String(found[field]) });
  }
  if (found.version < OLDEST[kind]) throw new HoldfastError('STORE_OUTDATED', { path, kind, found: found.version, oldest: OLDEST[kind] });
};

/** Opens the store at `path` for this process alone and returns the release of its lock. STORE_LOCKED, or as {@link checkStore}; nothing is ever made here. */
export const openStoreDirectory = async (path: string, kind: StoreKind, identity: MarketIdentity): Promise<() => Promise<void>> => {
  await checkStore(path, kind, identity);
  try {
    return await ownDirectory(path, { inUse: (pid) => new HoldfastError('STORE_LOCKED', { path, pid }), former: 'lock' });
  } catch (error) {
    throw diskError(path, error);
  }
};

/** The market that the store at `path` belongs to. STORE_MISSING, STORE_CORRUPT. */
export const marketOf = async (path: string, kind: StoreKind): Promise<MarketIdentity> => {
  await requireDirectory(path, kind);
  const { chainId, market, deploymentHash } = await readIdentity(path);
  return { chainId: BigInt(chainId), market: address(market), deploymentHash: hash(deploymentHash) };
};

/** Version of the store at `path`, which this process owns. */
export const storeVersion = async (path: string): Promise<number> => (await readIdentity(path)).version;

/** Whether the store at `path`, which this process owns, is of a version before the one that is written now. */
export const isOfFormerVersion = async (path: string, kind: StoreKind): Promise<boolean> => (await storeVersion(path)) < VERSIONS[kind];

/** Makes an older store one of the version that is written now: earlier programs refuse it from here on. */
export const raiseStoreVersion = (path: string, kind: StoreKind, identity: MarketIdentity): Promise<void> =>
  writeDurably(join(path, IDENTITY_FILE), identityText(kind, identity));
