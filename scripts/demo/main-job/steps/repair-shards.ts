import type { Stage } from '../stage.js';

/** Step 4: the renter makes the lost shards anew from the others and places them at the spare provider. */
export const repairShards = async (stage: Stage, periods: number): Promise<number> => {
  const { narrator, renter, signal, watch, reader } = stage;
  const answer = await renter.holdfast(['repair', '--periods', String(periods), '--reads', '6'], { signal });
  const repaired = Number(answer['repairedShards']);
  if (!(repaired >= 1)) throw new Error(`repair moved ${repaired} shards, and at least one was lost`);
  narrator.say(`${repaired} shards were rebuilt, encrypted under fresh keys and stored elsewhere`);
  const { period } = await watch.until(() => true, signal);
  const next = period + 1;
  const { sheets } = await watch.until(
    (sight) => sight.period > next || (sight.period === next && sight.offset >= reader.parameters.windowBlocks),
    signal,
  );
  const proven = sheets.filter(({ total, lastProven }) => total > 0n && lastProven >= next);
  narrator.say(`period ${next}: ${proven.length} providers proved, the new one among them`);
  return repaired;
};
