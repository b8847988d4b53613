import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { LEAF_BYTES, type Hash } from '../../core/units.js';
import type { AskedRange, Authorization, RangeReader } from '../../ports/link.js';
import type { Channel } from '../wire/channel.js';
import { hear, hearBytes, say } from '../wire/dialogue.js';
import { FRAME_BYTES, type ExchangeLimits } from '../limits.js';
import { nextRangeRequest, READ_LEAVES, readLeavesAnswer, readLeavesRequest, type RangeRequest } from '../messages/read-leaves.js';
import type { AnswerContext, Exchange } from './exchange.js';

export interface ReadLeaves {
  readonly authorization: Authorization;
  readonly reader: RangeReader;
}

const requestOf = ({ from, count, voucher, last }: AskedRange): RangeRequest => {
  if (count > READ_LEAVES)
    throw new HoldfastError('MESSAGE_TOO_LARGE', { message: 'range of leaves', bytes: count * LEAF_BYTES, cap: FRAME_BYTES });
  return { from, count, voucher, last };
};

const hearRange = async (channel: Channel, range: AskedRange, { silenceMilliseconds }: ExchangeLimits) => {
  const { proof } = await hear(channel, readLeavesAnswer, silenceMilliseconds);
  const bytes = await hearBytes(channel, 'range of leaves', range.count * LEAF_BYTES, silenceMilliseconds, range.into);
  return { proof, bytes };
};

const answerRange = async (channel: Channel, context: AnswerContext, authorization: Authorization, root: Hash, range: RangeRequest) => {
  const { service, signal, enter } = context;
  const { from, count, voucher } = range;
  // Range by range: who reads a whole sector has its place no longer than who reads a part of it.
  await enter('requests');
  const { bytes, proof } = await service.readLeaves(channel.peer, authorization, { root, from, count, voucher }, signal);
  if (bytes.length !== count * LEAF_BYTES)
    throw new HoldfastError('INTERNAL', { detail: `${bytes.length} bytes were read for ${count} leaves` });
  await say(channel, readLeavesAnswer, { proof });
  await channel.send('bytes', bytes);
};

export const readLeavesExchange: Exchange<ReadLeaves, void> = {
  protocol: '/holdfast/read-leaves/2',
  async ask(channel, { authorization, reader }, limits) {
    let newest = await reader.next();
    await say(channel, readLeavesRequest, { authorization, root: reader.root, first: requestOf(newest) });
    const askNext = async (): Promise<AskedRange> => {
      const range = await reader.next();
      await say(channel, nextRangeRequest, requestOf(range));
      return range;
    };
    const asked = [newest];
    for (let range = asked.shift(); range; range = asked.shift()) {
      while (!newest.last && asked.length + 1 < reader.inFlight) asked.push((newest = await askNext()));
      reader.take(range, await hearRange(channel, range, limits));
      if (!newest.last && asked.length === 0) asked.push((newest = await askNext()));
    }
  },
  async hear(channel, milliseconds) {
    const { authorization, root, first } = await hear(channel, readLeavesRequest, milliseconds);
    return {
      authorization,
      async answer(context) {
        await answerRange(channel, context, authorization, root, first);
        for (let range = first; !range.last;) {
          context.leave();
          range = await hear(channel, nextRangeRequest, context.limits.frameMilliseconds);
          await answerRange(channel, context, authorization, root, range);
        }
      },
    };
  },
};
