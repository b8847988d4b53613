import { countText, showTokens } from '../../../core/amount-text.js';
import type { Deal } from '../../../core/market/deal.js';
import type { DealId } from '../../../core/units.js';
import { nameText } from '../../../core/visible-text.js';
import type { ObjectRecord } from '../../../ports/catalogue.js';
import type { Renter } from '../../../renter/renter.js';
import { showLeaves } from '../../amounts.js';

/** Names of a deal's files that are said. */
const MOST_NAMES = 3;

/** How many files lie in a deal, and the first of them by name: "3 files: "a", "b", "c"". */
export const filesIn = async (
  objects: AsyncIterable<Pick<ObjectRecord, 'name'>>,
): Promise<{ readonly count: number; readonly text: string }> => {
  let count = 0;
  let first: readonly string[] = [];
  for await (const { name } of objects) {
    count += 1;
    first = [...first, name].sort().slice(0, MOST_NAMES);
  }
  const more = count > first.length ? ` and ${count - first.length} more` : '';
  return {
    count,
    text: count === 0 ? 'no file' : `${countText(count, 'file')}: ${first.map((name) => `"${nameText(name)}"`).join(', ')}${more}`,
  };
};

/** What ends with each deal that is open, for people; a deal that the chain does not know has no lines. */
export const endingLines = async (renter: Pick<Renter, 'deal' | 'objectsIn'>, ids: readonly DealId[]): Promise<readonly string[]> => {
  const lines: string[] = [];
  for (const id of ids) {
    const deal = await renter.deal(id);
    if (deal === undefined || deal.status === 'closed') continue;
    const { text } = await filesIn(renter.objectsIn(id));
    lines.push(`  ${id} at ${deal.provider}`, `    keeps ${showLeaves(deal.leaves)} of ${text}`, `    ${moneyOf(deal)}`);
  }
  return lines;
};

const moneyOf = ({ rate, escrow }: Deal): string => `pays ${showTokens(rate)} a period; ${showTokens(escrow)} are in escrow`;
