import { HoldfastError } from '../../core/errors/holdfast-error.js';
import type { Band } from '../../core/data/band.js';
import type { DecodedSlab, PlacedShard } from '../../core/data/slab.js';
import { fastest } from '../../core/tasks/fastest.js';
import { unlessAborted } from '../../core/tasks/waiting.js';
import { LEAF_BYTES } from '../../core/units.js';
import type { ShardPlacement, SlabRecord } from '../../ports/catalogue.js';
import type { RenterContext } from '../context.js';
import type { FailureList } from '../failure-list.js';
import { fetchShard, noteFailure, ranked, type Sources } from './fetch-slab.js';

/** The leaves of a band as they come, each shard asked once whoever wants it. */
interface BandReads {
  read(placement: ShardPlacement): Promise<PlacedShard>;
  /** Those of `placements` that may still help: who answered first, who was asked and is late last. */
  byHope(placements: readonly ShardPlacement[]): readonly ShardPlacement[];
}

const createBandReads = (fetch: (placement: ShardPlacement) => Promise<PlacedShard>): BandReads => {
  const reads = new Map<number, { readonly result: Promise<PlacedShard>; state: 'asked' | 'here' | 'failed' }>();
  const stateOf = ({ shard }: ShardPlacement): string => reads.get(shard)?.state ?? 'unasked';
  return {
    read: (placement) => {
      const known = reads.get(placement.shard);
      if (known) return known.result;
      const read = { result: fetch(placement), state: 'asked' as 'asked' | 'here' | 'failed' };
      reads.set(placement.shard, read);
      read.result.then(
        () => (read.state = 'here'),
        () => (read.state = 'failed'),
      );
      return read.result;
    },
    byHope: (placements) => ['here', 'unasked', 'asked'].flatMap((state) => placements.filter((one) => stateOf(one) === state)),
  };
};

/** The shards wanted, as long as none of them fails, or else whichever k come first. */
const readBand = async (
  context: RenterContext,
  sources: Sources,
  [index, slab]: readonly [index: number, slab: SlabRecord],
  band: Band,
  failures: FailureList,
  signal?: AbortSignal,
): Promise<readonly PlacedShard[]> => {
  const { name, k } = sources.owner;
  const { clock, limits } = context;
  const readable = ranked(slab.shards, sources, failures);
  const wanted = readable.filter(({ shard }) => band.wanted.includes(shard));
  const race = {
    hedgeMilliseconds: limits.hedgeMilliseconds,
    sleep: (milliseconds: number, either: AbortSignal) => clock.sleep(milliseconds, either),
  };
  const any = async (reads: BandReads, until: AbortSignal): Promise<readonly PlacedShard[]> => {
    const shards = await fastest(
      {
        ...race,
        candidates: reads.byHope(readable),
        needed: k,
        spare: 0,
        run: (placement, either) => unlessAborted(reads.read(placement), either),
        onFailure: () => undefined,
      },
      until,
    );
    if (shards.length === k) return shards;
    throw new HoldfastError('OBJECT_UNAVAILABLE', { name, slab: index, present: shards.length, needed: k, reasons: failures.text });
  };
  let reads: BandReads | undefined;
  const failed: unknown[] = [];
  // All reads end with the race between the two ways, not with the way that asked first.
  const [found] = await fastest(
    {
      ...race,
      candidates: wanted.length === band.wanted.length && wanted.length < k ? (['wanted', 'any'] as const) : (['any'] as const),
      needed: 1,
      spare: 0,
      run: async (way, until) => {
        reads ??= createBandReads(async (placement) => {
          try {
            return await fetchShard(context, sources, slab, placement, band, until);
          } catch (error) {
            if (!until.aborted) noteFailure(context, sources, placement, failures, error);
            throw error;
          }
        });
        const { read } = reads;
        return way === 'any' ? any(reads, until) : Promise.all(wanted.map(read));
      },
      onFailure: (_, error) => void failed.push(error),
    },
    signal,
  );
  if (found === undefined) throw failed.at(-1);
  return found;
};

/**
 * The plaintext of a band of slab `index`, as `bytesOfBands` takes it: from the data shards wanted alone, or where one of them fails or is late, from
 * the same leaves of any k. Each shard's leaves are verified before they are decoded; OBJECT_UNAVAILABLE when fewer than k are left.
 */
export const fetchBand = async (
  context: RenterContext,
  sources: Sources,
  [index, slab]: readonly [index: number, slab: SlabRecord],
  band: Band,
  failures: FailureList,
  signal?: AbortSignal,
): Promise<DecodedSlab> => {
  const { k, n } = sources.owner;
  const shards = await readBand(context, sources, [index, slab], band, failures, signal);
  const bytes = band.count * LEAF_BYTES;
  const parts = (await sources.coded.partsOf({ index, length: slab.length })).map(({ key }) => ({
    key,
    bytes,
    offset: band.from * LEAF_BYTES,
  }));
  return context.coder.decode(shards, { k, n, length: k * bytes, parts, wanted: band.wanted });
};
