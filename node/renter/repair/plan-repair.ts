import type { DealId } from '../../core/units.js';
import type { Crate, ObjectRecord, SlabRecord, StoredObject } from '../../ports/catalogue.js';
import type { RenterContext } from '../context.js';
import { sizeSteps } from '../upload/size-steps.js';
import { ownerOf } from './slab-owner.js';
import { decideRepair, type DealHealth, type LostShard, type SlabRepair, type Threshold } from './decide-repair.js';

/** What to do for one object, or for one crate. */
export interface RepairAction {
  /** `hopeless` if any slab is. */
  readonly kind: SlabRepair['kind'];
  readonly object: StoredObject | Crate;
  /** Plaintext bytes of the slabs that need repair. */
  readonly bytes: number;
  /** What they have lost: each shard index of a deal once. */
  readonly lost: readonly LostShard[];
}

/** What of deals and slabs the repairs of one run rest on. */
export interface RepairTerms {
  readonly health: ReadonlyMap<DealId, DealHealth>;
  readonly threshold?: Threshold | undefined;
}

/** Slabs that follow each other, lie in the same deals, and have lost the same shards: no more than a provider takes before it signs. */
export interface SlabRun {
  readonly slabs: ReadonlyMap<number, SlabRecord>;
  readonly lost: readonly LostShard[];
}

/** Ids of the objects of which a shard lies in a deal that is lost or ends: found from those deals, not from the objects. */
const damagedObjects = async ({ catalogue }: RenterContext, { health }: RepairTerms): Promise<ReadonlySet<string>> => {
  const ids = new Set<string>();
  for (const [deal, { state }] of health)
    if (state === 'lost' || state === 'ending') for await (const { object } of catalogue.placesIn(deal)) ids.add(object);
  return ids;
};

/** The repair of one object, from its slabs one after the other; undefined if none needs any. */
const planObject = async (
  { catalogue }: RenterContext,
  object: StoredObject | Crate,
  terms: RepairTerms,
): Promise<RepairAction | undefined> => {
  let bytes = 0;
  let kind: RepairAction['kind'] = 'move';
  const lost = new Map<string, LostShard>();
  for await (const [, slab] of catalogue.slabs(object.id)) {
    const repair = decideRepair({ ...object, ...terms, shards: slab.shards });
    if (!repair) continue;
    bytes += slab.length;
    if (repair.kind === 'hopeless') kind = 'hopeless';
    for (const shard of repair.lost) lost.set(`${shard.shard} ${shard.deal}`, shard);
  }
  return bytes === 0 ? undefined : { kind, object, bytes, lost: [...lost.values()] };
};

/** Ids of what the slabs of these objects lie in: themselves, or crates. */
const ownersOf = async ({ catalogue }: RenterContext, objects: readonly ObjectRecord[]): Promise<ReadonlySet<string>> => {
  const ids = new Set<string>();
  for (const { id } of objects) ids.add((await catalogue.slab(id, 0))?.within?.crate ?? id);
  return ids;
};

/** Which of the stored objects and crates, or of those of `objects`, need repair. */
export const planRepairs = async (
  context: RenterContext,
  objects: readonly ObjectRecord[] | undefined,
  terms: RepairTerms,
): Promise<readonly RepairAction[]> => {
  const actions: RepairAction[] = [];
  const ids = objects ? await ownersOf(context, objects) : await damagedObjects(context, terms);
  for (const id of ids) {
    const object = await ownerOf(context.catalogue, id);
    const action = object && object.state !== 'placing' ? await planObject(context, object, terms) : undefined;
    if (action) actions.push(action);
  }
  return actions;
};

const layoutOf = ({ shards }: SlabRecord): string => shards.map(({ shard, deal, attempt }) => `${shard} ${deal} ${attempt}`).join();

/** The first run of slabs of an object that are to be moved, from slab `from` on: those beyond help wait, and hold up no others. */
const nextRun = async (
  context: RenterContext,
  object: StoredObject | Crate,
  from: number,
  terms: RepairTerms,
): Promise<SlabRun | undefined> => {
  const slabs = new Map<number, SlabRecord>();
  let found: { readonly lost: readonly LostShard[]; readonly layout: string; readonly most: number } | undefined;
  for await (const [index, slab] of context.catalogue.slabs(object.id, from)) {
    const repair = decideRepair({ ...object, ...terms, shards: slab.shards });
    const layout = layoutOf(slab);
    const moves = repair?.kind === 'move';
    if (found && (!moves || layout !== found.layout || slabs.size === found.most)) break;
    if (!moves) continue;
    found ??= { lost: repair.lost, layout, most: sizeSteps({ ...object, slab: slab.length }, context.limits).slabs };
    slabs.set(index, slab);
  }
  return found && { slabs, lost: found.lost };
};

/** The runs of slabs of an object that are to be moved, one after the other. */
export async function* runsOf(context: RenterContext, object: StoredObject | Crate, terms: RepairTerms): AsyncGenerator<SlabRun> {
  let from = 0;
  for (;;) {
    const run = await nextRun(context, object, from, terms);
    if (!run) return;
    yield run;
    from = Math.max(...run.slabs.keys()) + 1;
  }
}
