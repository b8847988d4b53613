import { HoldfastError } from '../../../core/errors/holdfast-error.js';
import type { ProviderSheet } from '../../../core/market/deal.js';
import type { Address } from '../../../core/units.js';
import type { SettlementReader } from '../../../ports/settlement.js';

/** The sheet of a provider by its owner's address. OPERATOR_NOT_OWNER if the address is a provider's operator, else NOT_REGISTERED. */
export const registeredProvider = async (
  reader: Pick<SettlementReader, 'provider' | 'providerRecords'>,
  account: Address,
  signal?: AbortSignal,
): Promise<ProviderSheet> => {
  const sheet = await reader.provider(account, signal);
  if (sheet !== undefined) return sheet;
  const served = (await reader.providerRecords(signal)).find(({ operator }) => operator === account);
  if (served === undefined) throw new HoldfastError('NOT_REGISTERED', { provider: account });
  throw new HoldfastError('OPERATOR_NOT_OWNER', { provider: served.provider, operator: account });
};
