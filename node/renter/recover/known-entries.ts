import type { Catalogue } from '../../ports/catalogue.js';
import type { ChangeStamp } from '../../ports/catalogue-pages.js';
import { objectEntry, slabEntry } from '../pages/collect-entries.js';
import type { PageEntry } from '../pages/page-entries.js';
import { isLater, type ToldPage } from './newest-changes.js';

type Known = Pick<Catalogue, 'object' | 'crate' | 'slab' | 'slabs' | 'parts' | 'changes' | 'stamp'>;

/** Objects and crates that pages speak of. */
const ownersIn = (told: readonly ToldPage[]): ReadonlySet<string> => {
  const owners = new Set<string>();
  for (const { entries } of told)
    for (const entry of entries) {
      if (entry.kind === 'object') owners.add(entry.object.id);
      if (entry.kind === 'crate') owners.add(entry.crate.id);
      if (entry.kind === 'slab') owners.add(entry.owner);
    }
  return owners;
};

/** What the catalogue itself has of that which pages speak of, as if pages told it: each change under the catalogue that made it. */
export const knownEntries = async (catalogue: Known, told: readonly ToldPage[]): Promise<readonly ToldPage[]> => {
  const entries: ToldPage[] = [];
  const tell = ({ machine }: ChangeStamp, entry: PageEntry): void => void entries.push({ machine, entries: [entry] });
  const crates = new Set<string>();
  const tellCrate = async (id: string): Promise<void> => {
    const [crate, stamp] = [await catalogue.crate(id), await catalogue.stamp(id)];
    if (!crate || !stamp || crates.has(id)) return;
    crates.add(id);
    tell(stamp, { kind: 'crate', number: stamp.number, crate });
  };
  const tellSlab = async (owner: string, index: number): Promise<void> => {
    const [slab, stamp] = [await catalogue.slab(owner, index), await catalogue.stamp(owner, index)];
    if (slab && stamp) tell(stamp, await slabEntry(catalogue, { number: stamp.number, owner, index, slab }));
  };
  const shared = new Map<string, { readonly crate: string; readonly slab: number }>();
  const tellObject = async (id: string): Promise<void> => {
    const [object, stamp, ofSlab] = [await catalogue.object(id), await catalogue.stamp(id), await catalogue.stamp(id, 0)];
    if (object?.id !== id || !stamp) return;
    const within = (await catalogue.slab(id, 0))?.within;
    const newest = within && ofSlab && isLater(ofSlab, stamp) ? ofSlab : stamp;
    tell(newest, await objectEntry(catalogue, object, newest.number));
    if (within) shared.set(`${within.crate} ${within.slab}`, within);
    else for await (const [index] of catalogue.slabs(id)) await tellSlab(id, index);
  };
  for (const id of ownersIn(told)) {
    await tellObject(id);
    await tellCrate(id);
  }
  for (const { entries: own } of told)
    for (const entry of own)
      if (entry.kind === 'slab' && crates.has(entry.owner))
        shared.set(`${entry.owner} ${entry.index}`, { crate: entry.owner, slab: entry.index });
  for (const { crate, slab } of shared.values()) {
    await tellCrate(crate);
    await tellSlab(crate, slab);
  }
  return entries;
};
