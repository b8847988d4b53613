import { dealId } from '../../../../node/core/units.js';
import { benchDeal, firstRevision, openStage, randomHash, smallContents, type BenchStage } from './stage.js';

/** Of small sectors. */
export interface DealSize {
  /** Sectors of the deal that is measured. */
  readonly sectors: number;
  /** Deals in all, the others of one sector each. */
  readonly deals: number;
}

/** A provider that holds such deals, their sectors on its disk. */
export const openHoldings = async (folder: string, { sectors, deals }: DealSize): Promise<BenchStage> => {
  const own = smallContents(sectors);
  const others = smallContents(deals - 1);
  const revisions = [firstRevision(benchDeal, own), ...others.map((content) => firstRevision(dealId(randomHash()), [content]))];
  const stage = await openStage(folder, { revisions, stored: [...own, ...others] });
  stage.renter.sectors = own.map(({ sector }) => sector);
  stage.renter.number = 1n;
  return stage;
};
