import type { ByteReader, ByteWriter } from '../../core/data/byte-fields.js';
import { toHex } from '../../core/data/bytes.js';
import { dealId, hash, leaves, type DealId, type Hash } from '../../core/units.js';
import type { ShardPlacement } from '../../ports/catalogue.js';

/*
 * Where a shard lies, in a page as in a manifest: shard (1), attempt (4), deal (2, and 32 where it comes first), root (32), leaves (3). A deal is written in full
 * where it comes first, and by its place among those that came before from then on.
 */

const HASH_BYTES = 32;

export const readHash = (reader: ByteReader): Hash => hash(toHex(reader.raw(HASH_BYTES)));

/** Writes one shard after the other into one text. */
export const createShardWriter = (writer: ByteWriter): ((placement: ShardPlacement) => void) => {
  const deals = new Map<DealId, number>();
  return ({ shard, attempt, deal, sector }) => {
    const known = deals.get(deal);
    writer.uint(shard, 1);
    writer.uint(attempt, 4);
    writer.uint(known ?? deals.size, 2);
    if (known === undefined) writer.hex(deal.slice(2));
    if (known === undefined) deals.set(deal, deals.size);
    writer.hex(sector.root.slice(2));
    writer.uint(sector.leaves, 3);
  };
};

/** Reads what {@link createShardWriter} wrote, in the same order. RangeError for a deal that was not named. */
export const createShardReader = (reader: ByteReader): (() => ShardPlacement) => {
  const deals: DealId[] = [];
  const readDeal = (): DealId => {
    const place = reader.uint(2);
    if (place === deals.length) deals.push(dealId(toHex(reader.raw(HASH_BYTES))));
    const deal = deals[place];
    if (deal === undefined) throw new RangeError('it names a deal that it did not name before');
    return deal;
  };
  return () => {
    const [shard, attempt, deal] = [reader.uint(1), reader.uint(4), readDeal()];
    return { shard, attempt, deal, sector: { root: readHash(reader), leaves: leaves(reader.uint(3)) } };
  };
};
