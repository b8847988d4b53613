import { randomBytes } from 'node:crypto';
import { dealId } from '../../../../node/core/units.js';
import { contentOf, type Content } from '../../../../test/support/worlds/test-renter.js';
import { benchDeal, firstRevision, openStage, randomHash, type BenchStage } from './stage.js';

/** Of sectors of 8 KiB. */
export interface DealSize {
  /** Sectors of the deal that is measured. */
  readonly sectors: number;
  /** Deals in all, the others of one sector each. */
  readonly deals: number;
}

/** Bytes from which on no revision has too many sectors for its leaves. */
const SECTOR_BYTES = 8 << 10;
/** Sectors after which the same ones come again. */
const DISTINCT = 1_000;

/** A provider that holds such deals, their sectors on its disk. */
export const openHoldings = async (folder: string, { sectors, deals }: DealSize): Promise<BenchStage> => {
  const count = Math.min(DISTINCT, Math.max(sectors, deals));
  const stored = Array.from({ length: count }, () => contentOf(new Uint8Array(randomBytes(SECTOR_BYTES))));
  const nth = (at: number): Content => stored[at % count] as Content;
  const own = Array.from({ length: sectors }, (_, at) => nth(at));
  const others = Array.from({ length: deals - 1 }, (_, at) => firstRevision(dealId(randomHash()), [nth(at)]));
  const stage = await openStage(folder, { revisions: [firstRevision(benchDeal, own), ...others], stored });
  stage.renter.sectors = own.map(({ sector }) => sector);
  stage.renter.number = 1n;
  return stage;
};
