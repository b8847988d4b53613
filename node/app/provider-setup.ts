import { existsSync } from 'node:fs';
import { peerIdOf } from '../transport/peer-key.js';
import type { Ask } from '../core/market/deal.js';
import type { MarketIdentity } from '../core/keys/market-identity.js';
import { HoldfastError } from '../core/errors/holdfast-error.js';
import type { Address, GasWei, Wei } from '../core/units.js';
import { createJournalFiles } from '../storage/journal.js';
import { createSectorFiles } from '../storage/sector-files.js';
import type { Receipt, SettlementAction } from '../ports/settlement.js';
import type { Settings } from './settings/config.js';
import { foldersOf } from './settings/folders.js';
import { keystoreOf, openWallet } from './wallet-session.js';

/** What `provider init` is told. */
export interface ProviderSetup {
  readonly ask: Ask;
  /** Token wei of stake that revisions may lock (R6). */
  readonly lockLimit: Wei;
  readonly addresses: readonly string[];
  /** Coin that the wallet sends to the operator, which pays for proofs. */
  readonly operatorCoin: GasWei;
}

/** Who the provider is after the set-up. */
export interface ProviderIdentity {
  readonly provider: Address;
  readonly operator: Address;
  readonly peerId: string;
  readonly receipts: readonly Receipt[];
}

const makeStores = async (settings: Settings, identity: MarketIdentity): Promise<void> => {
  const { sectors, journal } = foldersOf(settings);
  if (!existsSync(sectors)) await createSectorFiles(sectors, identity);
  if (!existsSync(journal)) await createJournalFiles(journal, identity);
};

/**
 * Makes whatever a provider still lacks: keys, stores, its entry in the registry. Run again after an interruption, it goes
 * on where it stopped. Keys that exist are kept, and must open with the same password.
 */
export const setUpProvider = async (
  settings: Settings,
  setup: ProviderSetup,
  password: string,
  signal: AbortSignal,
): Promise<ProviderIdentity> => {
  const keystore = keystoreOf(settings);
  for (const role of ['wallet', 'operator', 'peer'] as const) {
    if (!(await keystore.has(role))) await keystore.create(role, password);
  }
  const operator = await keystore.addressOf('operator');
  const peerId = await peerIdOf(await keystore.unlock('peer', password));
  await using session = await openWallet(settings, () => Promise.resolve(password), signal);
  const { settlement } = session;
  const provider = settlement.account;
  const known = await settlement.agreed.provider(provider, signal);
  if (known !== undefined && known.peerId !== peerId) throw new HoldfastError('PROVIDER_EXISTS', { provider, peerId: known.peerId });
  await makeStores(settings, settlement.identity);
  const actions: SettlementAction[] = [];
  const { addresses, ask, lockLimit } = setup;
  if (known === undefined) actions.push({ kind: 'register', operator, peerId, addresses, ask, lockLimit });
  // Coin comes last: after an interruption it is not sent a second time for what is still to be done.
  if (setup.operatorCoin > 0n) actions.push({ kind: 'sendCoin', to: operator, amount: setup.operatorCoin });
  const receipts: Receipt[] = [];
  for (const action of actions) receipts.push(await settlement.submit(action, { signal }));
  return { provider, operator, peerId, receipts };
};
