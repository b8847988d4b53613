import { shardLeaves } from '../../core/data/slab.js';
import type { CratePart, StoredObject } from '../../ports/catalogue.js';
import type { RenterContext } from '../context.js';
import type { HoledSlab } from './decide-compaction.js';

/** Slabs with holes that are looked at in one round; what is left comes with the next. */
const MOST_SLABS = 4_096;

/** What of a slab of a crate is not deleted. */
export interface LivingPart extends CratePart {
  readonly stored: StoredObject;
}

/** What lies in a slab of a crate and is stored, in order. */
export const livingParts = async (
  { catalogue }: Pick<RenterContext, 'catalogue'>,
  { crate, slab }: Pick<HoledSlab, 'crate' | 'slab'>,
): Promise<readonly LivingPart[]> => {
  const living: LivingPart[] = [];
  for await (const part of catalogue.parts(crate, slab)) {
    const within = (await catalogue.slab(part.object, 0))?.within;
    const object = within?.crate === crate && within.slab === slab ? await catalogue.object(part.object) : undefined;
    if (object?.state === 'stored') living.push({ ...part, stored: object });
  }
  return living;
};

const nameOf = ({ crate, slab }: Pick<HoledSlab, 'crate' | 'slab'>): string => `${crate} ${slab}`;

/** Slabs with files that were not stored to their end: whoever goes on with them needs the slab as it is. */
const begunSlabs = async ({ catalogue }: Pick<RenterContext, 'catalogue'>): Promise<ReadonlySet<string>> => {
  const begun = new Set<string>();
  for await (const { id } of catalogue.placing()) {
    const within = (await catalogue.slab(id, 0))?.within;
    if (within) begun.add(nameOf(within));
  }
  return begun;
};

/** The slabs of crates of which not all is in use, and which have all their shards: those with holes are looked at, and no others. */
export const readHoles = async ({ catalogue }: Pick<RenterContext, 'catalogue'>): Promise<readonly HoledSlab[]> => {
  const found: HoledSlab[] = [];
  const begun = await begunSlabs({ catalogue });
  for await (const place of catalogue.holedSlabs()) {
    if (found.length === MOST_SLABS) break;
    const { crate: id, slab } = place;
    const [crate, record, used] = [await catalogue.crate(id), await catalogue.slab(id, slab), await catalogue.useOf(id, slab)];
    if (crate === undefined || record === undefined || used === 0 || record.shards.length < crate.n || begun.has(nameOf(place))) continue;
    const { k, n } = crate;
    found.push({ crate: id, slab, k, n, leaves: shardLeaves(record.length, k), used, shards: record.shards });
  }
  return found;
};

/** Slabs that an interrupted compaction had begun, and that nothing lies in: their sectors are freed. */
export const dropBegun = async ({ catalogue }: Pick<RenterContext, 'catalogue'>): Promise<void> => {
  for await (const { crate, slab } of catalogue.holedSlabs())
    if ((await catalogue.useOf(crate, slab)) === 0) await catalogue.dropUnused(crate, slab);
};
