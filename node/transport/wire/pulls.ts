import { HoldfastError } from '../../core/errors/holdfast-error.js';
import type { Channel } from './channel.js';
import { decodeFrom, hearBytes, refusedWith } from './dialogue.js';
import { FRAME_BYTES, type ExchangeLimits } from '../limits.js';
import type { Message } from '../messages/message.js';
import { pullMessage } from '../messages/pull.js';
import { refusalMessage } from '../messages/refusal.js';

/** Pulls `total` bytes, at most `framesInFlight` frames ahead of what has come, into `all`, which has that length. */
export const pullAll = async (
  channel: Channel,
  name: string,
  total: number,
  limits: ExchangeLimits,
  all = new Uint8Array(total),
): Promise<Uint8Array> => {
  let asked = 0;
  for (let here = 0; here < total;) {
    while (asked < total && asked < here + limits.framesInFlight * FRAME_BYTES) {
      const length = Math.min(FRAME_BYTES, total - asked);
      await channel.send('pull', pullMessage.encode({ offset: asked, length }));
      asked += length;
    }
    const length = Math.min(FRAME_BYTES, total - here);
    await hearBytes(channel, name, length, limits.frameMilliseconds, all.subarray(here, here + length));
    here += length;
  }
  return all;
};

/** What is given away by {@link givePulled}. */
export interface Pulled {
  readonly total: number;
  /** Exactly `length` bytes from `offset`. */
  read(offset: number, length: number): Promise<Uint8Array>;
}

/**
 * Answers pulls, one after the other and each byte at most once, until the other side says `last`; gives that back.
 * Holds one frame at a time. What `source` rejects with passes through.
 */
export const givePulled = async <T>(channel: Channel, source: Pulled, last: Message<T>, limits: ExchangeLimits): Promise<T> => {
  const { peer } = channel;
  const expected = { pull: pullMessage, message: last, refusal: refusalMessage };
  for (let given = 0; ;) {
    const { kind, payload } = await channel.receive(expected, `a pull or the ${last.name}`, limits.frameMilliseconds);
    if (kind === 'refusal') throw refusedWith(peer, payload);
    if (kind === 'message') return decodeFrom(peer, () => last.decode(payload));
    const { offset, length } = decodeFrom(peer, () => pullMessage.decode(payload));
    if (offset !== given || offset + length > source.total) {
      throw new HoldfastError('PEER_MISBEHAVED', {
        peer,
        what: `it asked for ${length} bytes at ${offset} after ${given} of ${source.total}`,
      });
    }
    const bytes = await source.read(offset, length);
    if (bytes.length !== length)
      throw new HoldfastError('INTERNAL', { detail: `a source gave ${bytes.length} bytes instead of ${length}` });
    await channel.send('bytes', bytes);
    given += length;
  }
};
