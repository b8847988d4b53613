import type { DealId } from '../../core/units.js';
import type { Crate, ObjectRecord, SlabOwner, SlabRecord, StoredObject } from '../../ports/catalogue.js';
import type { RenterContext } from '../context.js';
import { mostOfStep } from '../upload/size-steps.js';
import { ownerOf } from './slab-owner.js';
import { decideRepair, type DealHealth, type LostShard, type SlabRepair, type Threshold } from './decide-repair.js';

/** What to do for one object, or for one crate. */
export interface RepairAction {
  /** `hopeless` if any slab is. */
  readonly kind: SlabRepair['kind'];
  readonly owner: StoredObject | Crate;
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

/** Ids of the objects and crates of which a shard lies in a deal that is lost or ends: found from those deals, not from the objects. */
const damagedOwners = async ({ catalogue }: RenterContext, { health }: RepairTerms): Promise<ReadonlySet<string>> => {
  const ids = new Set<string>();
  for (const [deal, { state }] of health)
    if (state === 'lost' || state === 'ending') for await (const { owner } of catalogue.placesIn(deal)) ids.add(owner);
  return ids;
};

/** Whether anything that is stored lies in a slab: of a crate's, some may be half done. */
const isInUse = async ({ catalogue }: RenterContext, owner: StoredObject | Crate, index: number): Promise<boolean> => {
  if (owner.state !== 'crate') return true;
  for await (const { object } of catalogue.parts(owner.id, index)) {
    const within = (await catalogue.slab(object, 0))?.within;
    const isThere = within?.crate === owner.id && within.slab === index;
    if (isThere && (await catalogue.object(object))?.state === 'stored') return true;
  }
  return false;
};

/** The repair of one slab; undefined if it needs none. */
const planSlab = async (
  context: RenterContext,
  owner: StoredObject | Crate,
  [index, { shards }]: readonly [index: number, slab: SlabRecord],
  terms: RepairTerms,
): Promise<SlabRepair | undefined> => {
  const repair = decideRepair({ ...owner, ...terms, shards });
  return repair && (await isInUse(context, owner, index)) ? repair : undefined;
};

/** The repair of one object or crate, from its slabs one after the other; undefined if none needs any. */
const planOwner = async (context: RenterContext, owner: StoredObject | Crate, terms: RepairTerms): Promise<RepairAction | undefined> => {
  let bytes = 0;
  let kind: RepairAction['kind'] = 'move';
  const lost = new Map<string, LostShard>();
  for await (const slab of context.catalogue.slabs(owner.id)) {
    const repair = await planSlab(context, owner, slab, terms);
    if (!repair) continue;
    bytes += slab[1].length;
    if (repair.kind === 'hopeless') kind = 'hopeless';
    for (const shard of repair.lost) lost.set(`${shard.shard} ${shard.deal}`, shard);
  }
  return bytes === 0 ? undefined : { kind, owner, bytes, lost: [...lost.values()] };
};

/** What the slabs of these objects lie in: themselves, or crates. */
export const ownersOf = async ({ catalogue }: RenterContext, objects: readonly ObjectRecord[]): Promise<readonly SlabOwner[]> => {
  const owners = new Map<string, SlabOwner>();
  for (const object of objects) {
    const crate = (await catalogue.slab(object.id, 0))?.within?.crate;
    const owner = crate === undefined ? object : await catalogue.crate(crate);
    if (owner) owners.set(owner.id, owner);
  }
  return [...owners.values()];
};

/** Which of the stored objects and crates, or of `owners`, need repair. */
export const planRepairs = async (
  context: RenterContext,
  owners: readonly SlabOwner[] | undefined,
  terms: RepairTerms,
): Promise<readonly RepairAction[]> => {
  const actions: RepairAction[] = [];
  const ids = owners?.map(({ id }) => id) ?? (await damagedOwners(context, terms));
  for (const id of ids) {
    const owner = await ownerOf(context.catalogue, id);
    const action = owner && owner.state !== 'placing' ? await planOwner(context, owner, terms) : undefined;
    if (action) actions.push(action);
  }
  return actions;
};

const layoutOf = ({ shards }: SlabRecord): string => shards.map(({ shard, deal, attempt }) => `${shard} ${deal} ${attempt}`).join();

/** The first run of slabs of an object or a crate that are to be moved, from slab `from` on: those beyond help wait, and hold up no others. */
const nextRun = async (
  context: RenterContext,
  owner: StoredObject | Crate,
  from: number,
  terms: RepairTerms,
): Promise<SlabRun | undefined> => {
  const slabs = new Map<number, SlabRecord>();
  const most = mostOfStep(owner, context.limits);
  let found: { readonly lost: readonly LostShard[]; readonly layout: string } | undefined;
  let bytes = 0;
  for await (const [index, slab] of context.catalogue.slabs(owner.id, from)) {
    const repair = await planSlab(context, owner, [index, slab], terms);
    const layout = layoutOf(slab);
    const moves = repair?.kind === 'move';
    if (found && (!moves || layout !== found.layout || slabs.size === most.slabs || bytes + slab.length > most.bytes)) break;
    if (!moves) continue;
    found ??= { lost: repair.lost, layout };
    bytes += slab.length;
    slabs.set(index, slab);
  }
  return found && { slabs, lost: found.lost };
};

/** The runs of slabs of an object or a crate that are to be moved, one after the other. */
export async function* runsOf(context: RenterContext, owner: StoredObject | Crate, terms: RepairTerms): AsyncGenerator<SlabRun> {
  let from = 0;
  for (;;) {
    const run = await nextRun(context, owner, from, terms);
    if (!run) return;
    yield run;
    from = Math.max(...run.slabs.keys()) + 1;
  }
}
