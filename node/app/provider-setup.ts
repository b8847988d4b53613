import { existsSync } from 'node:fs';
import { peerIdOf } from '../transport/peer-key.js';
import type { ProviderSheet } from '../core/market/deal.js';
import type { MarketIdentity } from '../core/keys/market-identity.js';
import { HoldfastError } from '../core/errors/holdfast-error.js';
import { createJournalFiles } from '../storage/journal.js';
import { createSectorFiles } from '../storage/sector-files.js';
import type { Receipt, SettlementAction } from '../ports/settlement.js';
import { decideSetup, type ProviderSetup } from './decide-setup.js';
import type { Settings } from './settings/config.js';
import { foldersOf } from './settings/folders.js';
import { keystoreOf, openWallet } from './wallet-session.js';

/** The provider after the set-up. */
export interface ProviderMade {
  /** As the chain has it now. */
  readonly sheet: ProviderSheet;
  /** Whether it was registered before. */
  readonly known: boolean;
  /** Whether it has deals with data, and a journal that was just made and knows none of them. */
  readonly forgot: boolean;
  /** What was sent, in order. */
  readonly changes: readonly { readonly kind: SettlementAction['kind']; readonly receipt: Receipt }[];
}

/** Makes the stores that are not there; whether the journal was not. */
const makeStores = async (settings: Settings, identity: MarketIdentity): Promise<boolean> => {
  const { sectors, journal } = foldersOf(settings);
  if (!existsSync(sectors)) await createSectorFiles(sectors, identity);
  if (existsSync(journal)) return false;
  await createJournalFiles(journal, identity);
  return true;
};

/**
 * Makes whatever a provider still lacks: keys, stores, its entry in the registry, coin of its operator. Run again, it goes on where it
 * stopped, and changes what is asked for otherwise. Keys that exist are kept, and must open with the same password.
 */
export const setUpProvider = async (
  settings: Settings,
  setup: ProviderSetup,
  password: string,
  signal: AbortSignal,
): Promise<ProviderMade> => {
  const keystore = keystoreOf(settings);
  await keystore.complete(['wallet', 'operator', 'peer'], password);
  const operator = await keystore.addressOf('operator');
  const peerId = await peerIdOf(await keystore.unlock('peer', password));
  await using session = await openWallet(settings, () => Promise.resolve(password), signal);
  const { settlement } = session;
  const provider = settlement.account;
  const [known, { coin }] = await Promise.all([settlement.agreed.provider(provider, signal), settlement.agreed.balances(operator, signal)]);
  if (known !== undefined && known.peerId !== peerId) throw new HoldfastError('PROVIDER_EXISTS', { provider, peerId: known.peerId });
  if (known !== undefined && known.operator !== operator)
    throw new HoldfastError('OPERATOR_MISMATCH', { provider, expected: known.operator, operator });
  const isNewJournal = await makeStores(settings, settlement.identity);
  const changes: { kind: SettlementAction['kind']; receipt: Receipt }[] = [];
  for (const action of decideSetup(setup, { provider, known, operator, operatorCoin: coin, peerId }))
    changes.push({ kind: action.kind, receipt: await settlement.submit(action, { signal }) });
  const sheet = await settlement.agreed.provider(provider, signal);
  if (sheet === undefined) throw new HoldfastError('NOT_REGISTERED', { provider });
  return { sheet, known: known !== undefined, forgot: isNewJournal && sheet.total > 0n, changes };
};
