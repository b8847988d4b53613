import type { SignedRevision } from '../../core/market/deal.js';
import { concatBytes } from '../../core/data/bytes.js';
import type { SectorRef } from '../../core/data/data-set.js';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { decodeFrom, hear, say } from '../wire/dialogue.js';
import { listSectorsAnswer, listSectorsEnd, listSectorsRequest, type ListSectorsRequest } from '../messages/list-sectors.js';
import { givePulled, pullAll } from '../wire/pulls.js';
import { packSectors, PACKED_SECTOR_BYTES, unpackSectors } from '../../core/data/packed-sectors.js';
import type { Exchange } from './exchange.js';

export interface SectorListing {
  readonly signed: SignedRevision;
  readonly sectors: readonly SectorRef[];
}

/** Sectors packed one by one as they are asked for: of a long list only a frame is held. */
const createPackedReader = (sectors: AsyncIterable<SectorRef> | Iterable<SectorRef>) => {
  const items = (async function* () {
    yield* sectors;
  })();
  let rest: Uint8Array = new Uint8Array(0);
  return {
    /** The next bytes, fewer only where the list ends. */
    next: async (length: number): Promise<Uint8Array> => {
      const more: SectorRef[] = [];
      while (rest.length + more.length * PACKED_SECTOR_BYTES < length) {
        const { value, done } = await items.next();
        if (done === true) break;
        more.push(value);
      }
      const bytes = concatBytes(rest, packSectors(more));
      rest = bytes.slice(length);
      return bytes.subarray(0, length);
    },
    [Symbol.asyncDispose]: async () => void (await items.return(undefined)),
  };
};

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
        const total = listing.signed.revision.sectors * PACKED_SECTOR_BYTES;
        await using packed = createPackedReader(listing.sectors);
        await givePulled(channel, { total, read: (_, length) => packed.next(length) }, listSectorsEnd, limits);
      },
    };
  },
};
