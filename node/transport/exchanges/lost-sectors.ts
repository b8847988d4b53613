import { HoldfastError } from '../../core/errors/holdfast-error.js';
import type { LostPage } from '../../ports/link.js';
import { hear, say } from '../wire/dialogue.js';
import { lostSectorsAnswer, lostSectorsRequest, type LostSectorsRequest } from '../messages/lost-sectors.js';
import type { Exchange } from './exchange.js';

/** Roots ascend, from after where it was asked for to where it goes on: none comes twice, and every page goes on. */
const requireAscending = (peer: string, { range: { after, most } }: LostSectorsRequest, { roots, next }: LostPage): void => {
  const steps = [after, ...roots];
  const ascend = roots.every((root, index) => root > (steps[index] as string));
  const last = steps.at(-1) as string;
  if (roots.length <= most && ascend && (next === undefined || (next >= last && next > after))) return;
  throw new HoldfastError('PEER_MISBEHAVED', { peer, what: `its ${roots.length} lost sectors, of at most ${most}, do not ascend` });
};

export const lostSectorsExchange: Exchange<LostSectorsRequest, LostPage> = {
  protocol: '/holdfast/lost-sectors/1',
  async ask(channel, request, limits) {
    await say(channel, lostSectorsRequest, request);
    const page = await hear(channel, lostSectorsAnswer, limits.silenceMilliseconds);
    requireAscending(channel.peer, request, page);
    return page;
  },
  async hear(channel, milliseconds) {
    const { authorization, range } = await hear(channel, lostSectorsRequest, milliseconds);
    return {
      authorization,
      async answer({ service, signal, enter }) {
        await enter('requests');
        await say(channel, lostSectorsAnswer, await service.lostSectors(channel.peer, authorization, range, signal));
      },
    };
  },
};
