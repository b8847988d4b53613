import type { SignedRevision } from '../../core/market/deal.js';
import type { SectorRef } from '../../core/data/data-set.js';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { decodeFrom, hear, say } from '../wire/dialogue.js';
import { listSectorsAnswer, listSectorsEnd, listSectorsRequest, type ListSectorsRequest } from '../messages/list-sectors.js';
import { givePulled, pullAll } from '../wire/pulls.js';
import { PACKED_SECTOR_BYTES, packSectors, unpackSectors } from '../messages/sector-list.js';
import type { Exchange } from './exchange.js';

export interface SectorListing {
  readonly signed: SignedRevision;
  readonly sectors: readonly SectorRef[];
}

export const listSectorsExchange: Exchange<ListSectorsRequest, SectorListing | undefined> = {
  protocol: '/holdfast/list-sectors/1',
  async ask(channel, request, limits) {
    await say(channel, listSectorsRequest, request);
    const { signed } = await hear(channel, listSectorsAnswer, limits.silenceMilliseconds);
    if (!signed) return undefined;
    const total = signed.revision.sectors * PACKED_SECTOR_BYTES;
    const cap = limits.listedSectors * PACKED_SECTOR_BYTES;
    if (total > cap) throw new HoldfastError('MESSAGE_TOO_LARGE', { message: 'list of sectors', bytes: total, cap });
    const packed = await pullAll(channel, 'part of a list of sectors', total, limits);
    await say(channel, listSectorsEnd, {});
    return { signed, sectors: decodeFrom(channel.peer, () => unpackSectors(packed)) };
  },
  async hear(channel, milliseconds) {
    const { peer } = channel;
    const { authorization } = await hear(channel, listSectorsRequest, milliseconds);
    return {
      authorization,
      async answer({ service, signal, limits, enter }) {
        await enter('listings');
        const listing = await service.listSectors(peer, authorization, signal);
        await say(channel, listSectorsAnswer, { signed: listing?.signed });
        if (!listing) return;
        const packed = packSectors(listing.sectors);
        const pulled = {
          total: packed.length,
          read: (offset: number, length: number) => Promise.resolve(packed.subarray(offset, offset + length)),
        };
        await givePulled(channel, pulled, listSectorsEnd, limits);
      },
    };
  },
};
