import type { HalfDoneObject, SlabRecord, StoredObject } from '../../ports/catalogue.js';
import type { RenterContext, TaskOptions } from '../context.js';
import { storedAfter } from '../objects/stored-at.js';
import type { SourceReader } from './read-slabs.js';
import { recordOf, type Slab, type SlabRecorder } from './slabs.js';

/** Writes down what becomes of an object: one row for each slab, and the few facts of the whole. */
export interface ObjectRecorder extends SlabRecorder {
  /** Once the source was read to its end and the chain holds all of it. */
  stored(): Promise<StoredObject>;
}

export const createObjectRecorder = (
  { catalogue, clock }: Pick<RenterContext, 'catalogue' | 'clock'>,
  begun: HalfDoneObject,
  reader: Pick<SourceReader, 'isLast' | 'whole'>,
  { total, report }: { readonly total: number | undefined; readonly report: TaskOptions['report'] },
): ObjectRecorder => {
  let object = begun;
  let uploaded = 0;
  const write = (slab: Slab, shards: SlabRecord['shards']): Promise<void> => {
    const [slabs, bytes] = [Math.max(object.slabs, slab.index + 1), Math.max(object.bytes, slab.offset + slab.length)];
    object = { ...object, slabs, bytes, ...(reader.isLast && { sha256: reader.whole().sha256 }) };
    return catalogue.putObject(object, new Map([[slab.index, recordOf(slab, shards)]]));
  };
  return {
    async *noted(slabs) {
      for await (const one of slabs) {
        // Nobody continues a put without an origin, so none of its keys is used a second time.
        if (object.origin !== undefined && one.has.length === 0) await write(one.slab, []);
        yield one;
      }
    },
    placed: async ({ slab, shards }) => {
      await write(slab, shards);
      if (shards.length === object.n) uploaded = Math.max(uploaded, slab.offset + slab.length);
      report?.({ kind: 'uploaded', bytes: uploaded, total });
    },
    stored: async () => {
      const { bytes, slabs, sha256 } = reader.whole();
      const storedAt = await storedAfter(catalogue, object.name, clock.now());
      const stored: StoredObject = { ...object, bytes, slabs, sha256, storedAt, state: 'stored' };
      await catalogue.putObject(stored);
      return stored;
    },
  };
};
