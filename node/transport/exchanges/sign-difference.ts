import type { Signature } from '../../core/units.js';
import { decodeFrom, hear, say } from '../wire/dialogue.js';
import { signDifferenceRequest, signRevisionAnswer } from '../messages/sign-revision.js';
import { givePulled, pullAll } from '../wire/pulls.js';
import { differenceBytes, packDifference, unpackDifference } from '../messages/sector-list.js';
import type { Exchange } from './exchange.js';
import type { SignRevision } from './sign-revision.js';

/** Asks for a signature under what a difference makes of a revision that both have: work and bytes follow what changes. */
export const signDifferenceExchange: Exchange<SignRevision, Signature> = {
  protocol: '/holdfast/sign-revision/2',
  async ask(channel, { authorization, request }, limits) {
    const { revision, base, baseRoot, change, renterSignature } = request;
    const appended = change.append.length;
    const { ranges, bytes } = packDifference(change);
    const total = differenceBytes(ranges, appended, limits);
    await say(channel, signDifferenceRequest, { authorization, revision, base, baseRoot, renterSignature, ranges, appended });
    const pulled = { total, read: (offset: number, length: number) => Promise.resolve(bytes.subarray(offset, offset + length)) };
    return (await givePulled(channel, pulled, signRevisionAnswer, limits)).providerSignature;
  },
  async hear(channel, milliseconds) {
    const { peer } = channel;
    const { authorization, ranges, appended, ...head } = await hear(channel, signDifferenceRequest, milliseconds);
    return {
      authorization,
      async answer({ service, signal, limits, enter }) {
        const total = differenceBytes(ranges, appended, limits);
        await enter('listings');
        const packed = await pullAll(channel, 'part of a difference', total, limits);
        const change = decodeFrom(peer, () => unpackDifference(packed, ranges, limits.listedSectors));
        const providerSignature = await service.signRevision(peer, authorization, { ...head, change }, signal);
        await say(channel, signRevisionAnswer, { providerSignature });
      },
    };
  },
};
