import { join } from 'node:path';
import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { changePassword } from '../../../../../node/app/keys/change-password.js';
import { createKeystore, type KeyRole } from '../../../../../node/app/keys/keystore.js';
import { draftSettings } from '../../../../../node/app/settings/draft.js';
import { changeSettingsFile, readSettingsText, writeSettingsText } from '../../../../../node/app/settings/file.js';
import { isHoldfastError } from '../../../../../node/core/errors/holdfast-error.js';
import { openReserve } from '../../../../../node/disk/reserve.js';
import { createCatalogueFiles, openCatalogueFiles } from '../../../../../node/storage/catalogue.js';
import { createJournalFiles, openJournalFiles } from '../../../../../node/storage/journal.js';
import { createSectorFiles, openSectorFiles } from '../../../../../node/storage/sector-files.js';
import type { MarketIdentity } from '../../../../../node/core/keys/market-identity.js';
import { createMemoryLedger } from '../../../../../test/support/memory-market/settlement.js';
import { artefactScenario, type Artefact } from './artefacts.js';

const { identity } = createMemoryLedger();
const PASSWORD = 'correct horse';

const keyOf = (role: KeyRole): Artefact => {
  const keystoreIn = (folder: string) => createKeystore({ folder: join(folder, 'keys'), scryptCost: 2 });
  const key = new Uint8Array(32).fill(role.length);
  return {
    name: `key of the ${role}`,
    operation: `make the key of the ${role}`,
    make: async (folder) => void (await keystoreIn(folder).create(role, PASSWORD, key)),
    look: async (folder) => {
      if (!(await keystoreIn(folder).has(role))) return 0;
      return Buffer.compare(await keystoreIn(folder).unlock(role, PASSWORD), key) === 0 ? 1 : -1;
    },
  };
};

/** Passwords of the keys of a home, one after the other. */
const PASSWORDS = [PASSWORD, 'battery staple'] as const;
const ROLES = ['wallet', 'operator', 'peer'] as const;

/** Given once more, the command says that the former password opens nothing, once it has finished what was under way. */
const unlessChanged = (error: unknown): void => {
  if (!isHoldfastError(error, 'WRONG_PASSWORD')) throw error;
};

/** All keys of a home, whose password is changed: none is ever under another than the others. */
const changedPassword: Artefact = {
  name: 'keys under one password',
  operation: (form) => (form === 1 ? 'make all keys' : 'change the password'),
  forms: PASSWORDS.length,
  isRepeated: true,
  make: async (home, form) => {
    const folder = join(home, 'all', 'keys');
    const [former, following] = PASSWORDS;
    if (form === 1) await createKeystore({ folder, scryptCost: 2 }).complete(ROLES, former);
    else await changePassword({ folder, scryptCost: 2, former, following }).catch(unlessChanged);
  },
  look: async (home) => {
    const keystore = createKeystore({ folder: join(home, 'all', 'keys'), scryptCost: 2 });
    const isMade = (await Promise.all(ROLES.map((role) => keystore.has(role)))).every(Boolean);
    const opening = await Promise.allSettled(PASSWORDS.map((password) => keystore.requireOpensAll(password)));
    const opens = opening.findIndex(({ status }) => status === 'fulfilled');
    return opens < 0 ? -1 : isMade ? opens + 1 : 0;
  },
};

const storeOf = (
  name: string,
  operation: string,
  create: (path: string, of: MarketIdentity) => Promise<void>,
  open: (path: string, of: MarketIdentity) => Promise<{ close(): Promise<void>; faults?: readonly { kind: string }[] }>,
): Artefact => ({
  name,
  operation,
  make: (folder) => create(join(folder, 'stores', name), identity),
  look: async (folder) => {
    const path = join(folder, 'stores', name);
    if (!existsSync(path)) return 0;
    const { faults = [], ...store } = await open(path, identity);
    await store.close();
    if (faults.length > 0) throw new Error(`${name} opened with ${faults.map(({ kind }) => kind).join()}`);
    return 1;
  },
});

const settingsOf = (role: 'renter' | 'provider'): Artefact => {
  const first = draftSettings({ network: 'sepolia', rpc: ['https://rpc.example.org'], book: undefined, role });
  const pathIn = (folder: string): string => join(folder, 'home', 'config.json');
  return {
    name: `settings of a ${role}`,
    operation: `${role} init`,
    forms: 2,
    make: (folder, form) =>
      form === 1 ? writeSettingsText(pathIn(folder), first) : changeSettingsFile(pathIn(folder), { rpc: 'https://other.example.org' }),
    look: async (folder) => {
      const text = await readSettingsText(pathIn(folder));
      return text === undefined ? 0 : text === first ? 1 : text.includes('"https://other.example.org"') ? 2 : -1;
    },
  };
};

const reserve: Artefact = {
  name: 'reserve',
  operation: 'keep a reserve',
  make: async (folder) => (await openReserve({ path: join(folder, 'reserve'), bytes: 65_536, floor: 0 })).close(),
  look: async (folder) => {
    const path = join(folder, 'reserve');
    const size = await stat(path).then(
      (found) => found.size,
      () => 0,
    );
    if (size === 0) return 0;
    // Zeros take no room of a disk: the reserve would be empty.
    return (await readFile(path)).subarray(-4_096).every((byte) => byte === 0) ? -1 : 1;
  },
  isCache: true,
};

/** `holdfast provider init`, step by step. */
export const providerSetup = artefactScenario('setting up a provider', [
  settingsOf('provider'),
  keyOf('operator'),
  keyOf('peer'),
  changedPassword,
  storeOf('sectors', 'provider init', createSectorFiles, (path, of) => openSectorFiles({ path, identity: of })),
  storeOf('journal', 'provider init', createJournalFiles, openJournalFiles),
  reserve,
]);

/** What a renter's first command makes. */
export const renterSetup = artefactScenario('setting up a renter', [
  settingsOf('renter'),
  keyOf('wallet'),
  storeOf('catalogue', 'renter init', createCatalogueFiles, openCatalogueFiles),
]);
