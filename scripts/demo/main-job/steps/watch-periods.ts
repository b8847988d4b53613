import { tokens } from '../money.js';
import type { Stage } from '../stage.js';

/** Step 2: for `periods` whole periods every provider that stores something proves it. */
export const watchPeriods = async (stage: Stage, periods: number): Promise<void> => {
  const { watch, signal, narrator, reader } = stage;
  const start = await watch.until(() => true, signal);
  const first = start.period + 1;
  for (let period = first; period < first + periods; period += 1) {
    const { windowBlocks } = reader.parameters;
    const { sheets } = await watch.until(
      (sight) => sight.period > period || (sight.period === period && sight.offset >= windowBlocks),
      signal,
    );
    const proven = sheets.filter(({ total, lastProven }) => total > 0n && lastProven >= period);
    narrator.say(
      `period ${period}: ${proven.length} providers proved ${reader.parameters.samples} random leaves each; ${await rentSoFar(stage)}`,
    );
  }
};

/** Rent that has accrued in the renter's deals, settled or not: rate × periods that were decided. */
const rentSoFar = async ({ reader, wallet, watch, signal }: Stage): Promise<string> => {
  const deals = await reader.deals(await reader.dealIdsOf('renter', wallet, signal), signal);
  const { sheets } = await watch.until(() => true, signal);
  const accrued = deals.reduce((sum, deal) => {
    const decided = sheets.find(({ provider }) => provider === deal?.provider)?.decided;
    return deal && decided ? sum + deal.rate * BigInt(Math.max(0, decided - deal.settledThrough)) : sum;
  }, 0n);
  return `${tokens(accrued)} of rent is due and not yet settled`;
};
