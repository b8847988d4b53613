import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { LEAF_BYTES } from '../../core/units.js';
import type { LeafRange } from '../../ports/link.js';
import { hear, hearBytes, say } from '../wire/dialogue.js';
import { FRAME_BYTES } from '../limits.js';
import { READ_LEAVES, readLeavesAnswer, readLeavesRequest, type ReadLeavesRequest } from '../messages/read-leaves.js';
import type { Exchange } from './exchange.js';

export const readLeavesExchange: Exchange<ReadLeavesRequest, LeafRange> = {
  protocol: '/holdfast/read-leaves/1',
  async ask(channel, request, limits) {
    const { count } = request.range;
    if (count > READ_LEAVES) {
      throw new HoldfastError('MESSAGE_TOO_LARGE', { message: 'range of leaves', bytes: count * LEAF_BYTES, cap: FRAME_BYTES });
    }
    await say(channel, readLeavesRequest, request);
    const { proof } = await hear(channel, readLeavesAnswer, limits.silenceMilliseconds);
    return { proof, bytes: await hearBytes(channel, 'range of leaves', count * LEAF_BYTES, limits.silenceMilliseconds) };
  },
  async hear(channel, milliseconds) {
    const { authorization, range, voucher } = await hear(channel, readLeavesRequest, milliseconds);
    return {
      authorization,
      async answer({ service, signal, enter }) {
        await enter('requests');
        const { bytes, proof } = await service.readLeaves(channel.peer, authorization, { ...range, voucher }, signal);
        if (bytes.length !== range.count * LEAF_BYTES) {
          throw new HoldfastError('INTERNAL', { detail: `${bytes.length} bytes were read for ${range.count} leaves` });
        }
        await say(channel, readLeavesAnswer, { proof });
        await channel.send('bytes', bytes);
      },
    };
  },
};
