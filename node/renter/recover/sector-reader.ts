import type { OpenedHead } from '../../core/data/page-head.js';
import type { SectorRef } from '../../core/data/data-set.js';
import { LEAF_BYTES, type Address, type DealId } from '../../core/units.js';
import type { RenterContext } from '../context.js';
import type { Purse } from '../download/purse.js';
import { readSpan } from '../download/read-sector.js';

/** A deal whose sectors are known, and who holds them. */
export interface ListedDeal {
  readonly deal: DealId;
  readonly provider: Address;
}

/** A sector's beginning, and what it says of itself. */
export interface Opened {
  readonly sector: SectorRef;
  readonly opened: OpenedHead;
  /** As much as was read, from the beginning. */
  readonly bytes: Uint8Array;
}

/** Reads of sectors that may hold pages; each range is held against the sector's root. */
export interface SectorReader {
  /** The whole of a sector. */
  whole(deal: ListedDeal, sector: SectorRef, signal?: AbortSignal): Promise<Uint8Array>;
  /** What its first `leaves` say, or more where its head is longer. */
  open(deal: ListedDeal, sector: SectorRef, leaves: number, signal?: AbortSignal): Promise<Opened>;
}

export const createSectorReader = (context: RenterContext, purse: Purse): SectorReader => {
  const read = async ({ deal, provider }: ListedDeal, sector: SectorRef, count: number, signal?: AbortSignal): Promise<Uint8Array> => {
    const link = await context.links.to(provider, signal);
    const authorization = await context.links.authorize(deal, signal);
    const source = { link, authorization, egress: context.egress, purse };
    return readSpan(source, sector, { from: 0, count }, context.limits, signal);
  };
  return {
    whole: (deal, sector, signal) => read(deal, sector, sector.leaves, signal),
    open: async (deal, sector, leaves, signal) => {
      let bytes = await read(deal, sector, Math.min(sector.leaves, leaves), signal);
      let opened = await context.pages.open(deal.deal, bytes);
      if (opened.kind === 'longer' && opened.bytes <= sector.leaves * LEAF_BYTES) {
        bytes = await read(deal, sector, opened.bytes / LEAF_BYTES, signal);
        opened = await context.pages.open(deal.deal, bytes);
      }
      return { sector, opened, bytes };
    },
  };
};
