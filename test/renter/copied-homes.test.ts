import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { toHex } from '../../node/core/data/bytes.js';
import { catalogueOn } from '../../node/storage/catalogue.js';
import { createMemoryRows } from '../../node/storage/rows/memory-rows.js';
import type { ByteSource, SlabCoder } from '../../node/ports/world.js';
import { bytesOf } from '../support/worlds/actors.js';
import { createRenterWorld, sourceOf } from '../support/worlds/renter-world.js';
import { copyOf } from './copied-rows.js';
import { mortal } from './mortal.js';

/** What says of itself that it is what was begun with, whatever it holds. */
const passedOff = (bytes: Uint8Array): ByteSource => ({ ...sourceOf(bytes), origin: async () => 'holiday.tar of yesterday' });

/** Contents by the key, the nonce and the place that they were encrypted under. */
const createKeyWatch = () => {
  const contents = new Map<string, Set<string>>();
  return {
    contents,
    onCoded: ([plaintext, { parts }, places]: Parameters<SlabCoder['encode']>): void => {
      const content = createHash('sha256').update(plaintext).digest('hex');
      for (const { shard, deal, attempt } of places)
        for (const { key } of parts) {
          const name = `${toHex(key)} ${shard} ${deal} ${attempt}`;
          contents.set(name, (contents.get(name) ?? new Set()).add(content));
        }
    },
  };
};

describe('Alice, who goes on with one broken-off put in her home and in a copy of it', () => {
  for (const write of [9, 16, 24])
    it(`never has a key for two contents, though what she puts is another after ${write} writes`, async () => {
      const { contents, onCoded } = createKeyWatch();
      const world = await createRenterWorld({ onCoded, limits: { slabRoom: 4_096, stepLeaves: 256, dealLeaves: 65_536 } });
      const rows = createMemoryRows();
      const original = catalogueOn(rows, world.ledger.identity);
      const put = (bytes: Uint8Array) => ({ name: 'holiday.tar', source: passedOff(bytes), k: 2, n: 4, periods: 20, room: 1 << 20 });
      const dying = mortal(original, world.chain, { write, when: 'after' });
      const one = bytesOf('holiday', 30_000);
      await world.during(world.another(dying).put(put(one))).catch(() => undefined);
      expect(dying.dead()).to.equal(true);
      const [object] = await Array.fromAsync(original.placing());
      const begun = object?.slabs ?? 0;
      expect(begun, 'slabs that were begun').to.be.within(1, 14);

      // The same up to where the first run came, and something else from there on.
      const slab = (await original.slab(object?.id as string, 0))?.length ?? 0;
      const other = one.slice();
      other.subarray(begun * slab).forEach((byte, index, rest) => (rest[index] = byte ^ 0xff));
      const copy = catalogueOn(await copyOf(rows), world.ledger.identity);
      await world.during(world.another({ catalogue: original }).put(put(one)));
      const coded = contents.size;
      await world.during(world.another({ catalogue: copy }).put(put(other))).catch(() => undefined);
      expect([...contents.values()].filter(({ size }) => size > 1)).to.deep.equal([]);
      expect(contents.size, 'both have gone on').to.be.greaterThan(coded);
    });
});
