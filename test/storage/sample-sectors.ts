import { createHash } from 'node:crypto';
import type { Revision } from '../../node/core/market/deal.js';
import type { SectorRef } from '../../node/core/data/data-set.js';
import { dealId, hash, leaves, period, signature, wei, type DealId } from '../../node/core/units.js';
import type { ProviderRevision } from '../../node/ports/journal.js';

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

/** A sector of `count` leaves; its root is a name, not computed. */
export const sectorNamed = (name: string, count = 2): SectorRef => ({ root: hash(`0x${digest(name)}`), leaves: leaves(count) });

export const contentOf = (sector: SectorRef): Uint8Array =>
  new Uint8Array(sector.leaves * 32).fill(Number.parseInt(sector.root.slice(2, 4), 16));

export const dealNamed = (name: string): DealId => dealId(`0x${digest(`deal ${name}`)}`);

/** A revision of `deal` that both have signed, over `sectors`. */
export const signedRevision = (
  deal: DealId,
  number: bigint,
  sectors: readonly SectorRef[],
  change: Partial<Revision> = {},
): ProviderRevision => ({
  revision: {
    deal,
    number,
    root: hash(`0x${digest(sectors.map(({ root }) => root).join())}`),
    leaves: leaves(sectors.reduce((sum, sector) => sum + sector.leaves, 0)),
    sectors: sectors.length,
    end: period(100),
    price: wei(7n * 10n ** 30n),
    validUntil: period(3),
    ...change,
  },
  renterSignature: signature(`0x${'01'.repeat(65)}`),
  providerSignature: signature(`0x${'02'.repeat(65)}`),
  sectors,
});
