import { HoldfastError, isHoldfastError } from '../../../../node/core/errors/holdfast-error.js';
import { LEAF_BYTES } from '../../../../node/core/units.js';
import type { Dialer, ProviderLink, ProviderService, SectorSource } from '../../../../node/ports/link.js';

/** Who answers under a peer id; undefined if nobody does. */
export type FindService = (peerId: string) => ProviderService | undefined;

/** A coded refusal as it comes over the wire. */
const refusedBy = (peer: string, error: unknown): unknown =>
  isHoldfastError(error) && error.code !== 'INTERNAL'
    ? new HoldfastError('PEER_REFUSED', { peer, code: error.code, sentence: error.message })
    : error;

const linkTo = (service: ProviderService, own: string, other: string): ProviderLink => {
  const never = new AbortController().signal;
  const told = async <Result>(answer: Promise<Result>): Promise<Result> => {
    try {
      return await answer;
    } catch (error) {
      throw refusedBy(other, error);
    }
  };
  const write = async (authorization: Parameters<ProviderLink['writeSector']>[0], source: SectorSource, signal: AbortSignal) => {
    const { sector } = source;
    if ((await service.admitSector(own, authorization, sector, signal)) === 'have') return;
    const bytes = await source.read(0, sector.leaves * LEAF_BYTES, signal);
    await service.storeSector(own, authorization, sector, bytes, signal);
  };
  return {
    terms: (signal = never) => told(service.terms(own, signal)),
    writeSector: (authorization, source, signal = never) => told(write(authorization, source, signal)),
    signRevision: (authorization, request, signal = never) => told(service.signRevision(own, authorization, request, signal)),
    readLeaves: async (authorization, reader, signal = never) => {
      for (let last = false; !last;) {
        const range = await reader.next();
        reader.take(range, await told(service.readLeaves(own, authorization, { root: reader.root, ...range }, signal)));
        last = range.last;
      }
    },
    egress: (authorization, signal = never) => told(service.egress(own, authorization, signal)),
    listSectors: async (authorization, signal = never) => {
      const listing = await told(service.listSectors(own, authorization, signal));
      return listing && { signed: listing.signed, sectors: await Array.fromAsync(listing.sectors) };
    },
    lostSectors: (authorization, range, signal = never) => told(service.lostSectors(own, authorization, range, signal)),
    close: async () => undefined,
  };
};

/** Reaches services of this process by a call, with nothing between that could be late. */
export const createDirectDialer = (peer: string, find: FindService): Dialer => ({
  peer,
  dial: async ({ peerId }) => {
    const service = find(peerId);
    if (service === undefined) throw new HoldfastError('PEER_UNREACHABLE', { peer: peerId, reason: 'nobody answers there' });
    return linkTo(service, peer, peerId);
  },
});
