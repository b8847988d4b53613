import type { ProviderSheet } from '../../../node/core/market/deal.js';
import type { SettlementReader } from '../../../node/ports/settlement.js';

/** Sheets of all providers that ever registered: in the story there are a handful. */
export const allSheets = async (
  reader: Pick<SettlementReader, 'providerRecords' | 'providerSheets'>,
  signal: AbortSignal,
): Promise<readonly ProviderSheet[]> => {
  const records = await reader.providerRecords(signal);
  const sheets = await reader.providerSheets(
    records.map(({ provider }) => provider),
    signal,
  );
  return sheets.filter((sheet) => sheet !== undefined);
};
