import { HoldfastError } from '../../core/errors/holdfast-error.js';
import type { Signature } from '../../core/units.js';
import type { Authorization, SignRequest } from '../../ports/link.js';
import { decodeFrom, hear, say } from '../wire/dialogue.js';
import type { ExchangeLimits } from '../limits.js';
import { signRevisionAnswer, signRevisionRequest } from '../messages/sign-revision.js';
import { givePulled, pullAll } from '../wire/pulls.js';
import { PACKED_SECTOR_BYTES } from '../../core/data/packed-sectors.js';
import { PACKED_INDEX_BYTES, packChange, unpackChange } from '../messages/sector-list.js';
import type { Exchange } from './exchange.js';

export interface SignRevision {
  readonly authorization: Authorization;
  readonly request: SignRequest;
}

/** Bytes of a packed change; MESSAGE_TOO_LARGE over the limits. */
const changeBytes = (removed: number, appended: number, limits: ExchangeLimits): number => {
  const bytes = removed * PACKED_INDEX_BYTES + appended * PACKED_SECTOR_BYTES;
  const cap = limits.listedSectors * PACKED_INDEX_BYTES + limits.changedSectors * PACKED_SECTOR_BYTES;
  if (removed > limits.listedSectors || appended > limits.changedSectors) {
    throw new HoldfastError('MESSAGE_TOO_LARGE', { message: 'change of sectors', bytes, cap });
  }
  return bytes;
};

/** As the version before says it: served for one release more, and asked of providers that know no other. */
export const signRevisionExchange: Exchange<SignRevision, Signature> = {
  protocol: '/holdfast/sign-revision/1',
  async ask(channel, { authorization, request }, limits) {
    const { revision, base, change, renterSignature } = request;
    const removed = change.remove.length;
    const appended = change.append.length;
    const total = changeBytes(removed, appended, limits);
    const packed = packChange(change);
    await say(channel, signRevisionRequest, { authorization, revision, base, renterSignature, removed, appended });
    const pulled = { total, read: (offset: number, length: number) => Promise.resolve(packed.subarray(offset, offset + length)) };
    return (await givePulled(channel, pulled, signRevisionAnswer, limits)).providerSignature;
  },
  async hear(channel, milliseconds) {
    const { peer } = channel;
    const { authorization, removed, appended, ...head } = await hear(channel, signRevisionRequest, milliseconds);
    return {
      authorization,
      async answer({ service, signal, limits, enter }) {
        const total = changeBytes(removed, appended, limits);
        await enter('listings');
        const packed = await pullAll(channel, 'part of a change', total, limits);
        const change = decodeFrom(peer, () => unpackChange(packed, removed));
        const providerSignature = await service.signRevision(peer, authorization, { ...head, change }, signal);
        await say(channel, signRevisionAnswer, { providerSignature });
      },
    };
  },
};
