import { LEAF_BYTES } from '../../core/units.js';
import type { Authorization, SectorSource } from '../../ports/link.js';
import { hear, say } from '../wire/dialogue.js';
import { writeSectorAnswer, writeSectorRequest } from '../messages/write-sector.js';
import { givePulled, pullAll } from '../wire/pulls.js';
import type { Exchange } from './exchange.js';

export interface WriteSector {
  readonly authorization: Authorization;
  readonly source: SectorSource;
}

export const writeSectorExchange: Exchange<WriteSector, void> = {
  protocol: '/holdfast/write-sector/1',
  async ask(channel, { authorization, source }, limits) {
    const { sector } = source;
    await say(channel, writeSectorRequest, { authorization, sector });
    const pulled = {
      total: sector.leaves * LEAF_BYTES,
      read: (offset: number, length: number) => source.read(offset, length, channel.gone),
    };
    await givePulled(channel, pulled, writeSectorAnswer, limits);
  },
  async hear(channel, milliseconds) {
    const { peer } = channel;
    const { authorization, sector } = await hear(channel, writeSectorRequest, milliseconds);
    return {
      authorization,
      async answer({ service, signal, limits, rooms, enter }) {
        await enter('requests');
        if ((await service.admitSector(peer, authorization, sector, signal)) === 'wanted') {
          await enter('uploads');
          const length = sector.leaves * LEAF_BYTES;
          using room = rooms.takeNow(length);
          const bytes = await pullAll(channel, 'part of a sector', length, limits, room?.bytes);
          await service.storeSector(peer, authorization, sector, bytes, signal);
        }
        await say(channel, writeSectorAnswer, {});
      },
    };
  },
};
