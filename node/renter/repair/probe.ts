import { isHoldfastError } from '../../core/errors/holdfast-error.js';
import type { SectorRef } from '../../core/data/data-set.js';
import { unpackSectors } from '../../core/data/packed-sectors.js';
import { stepsTo } from '../../core/data/sector-tree.js';
import type { RenterDeal } from '../../ports/catalogue.js';
import type { RenterContext } from '../context.js';
import type { ProbeOutcome } from './decide-repair.js';
import { createPurse } from '../download/egress.js';
import { readRange } from '../download/read-sector.js';

const randomBelow = (count: number): number => (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) % count;

/** What the answer says about the provider: no bytes that could be wrong came, or it cannot show what it should hold. */
const outcomeOf = (error: unknown): ProbeOutcome => {
  if (isHoldfastError(error, 'RANGE_PROOF_INVALID', 'PEER_MISBEHAVED')) return 'wrong';
  if (isHoldfastError(error, 'PEER_REFUSED'))
    return ['SECTOR_MISSING', 'SECTOR_CORRUPT', 'SECTOR_NOT_HELD'].includes(error.data.code) ? 'wrong' : 'silent';
  return 'silent';
};

/** A random sector of the newest revision that both have signed, by a few nodes of its list; undefined where it names none. */
const randomSector = async ({ catalogue }: RenterContext, { id, current }: RenterDeal): Promise<SectorRef | undefined> => {
  const tree = current && (await catalogue.tree(id, current.revision.number));
  if (!tree || tree.sectors === 0) return undefined;
  const steps = await stepsTo((name) => catalogue.node(id, name), tree, randomBelow(tree.sectors));
  const page = steps.at(-1);
  return page && unpackSectors(page.bytes)[page.slot];
};

/** Asks for one random leaf of one random sector of a deal, with its proof. */
export const probeDeal = async (context: RenterContext, record: RenterDeal, signal?: AbortSignal): Promise<ProbeOutcome> => {
  const { id: deal, provider } = record;
  const sector = await randomSector(context, record);
  if (!sector) return 'ok';
  const done = new AbortController();
  const late = context.clock.sleep(context.limits.probeMilliseconds, done.signal).then(
    () => 'silent' as const,
    () => 'silent' as const,
  );
  const stop = new AbortController();
  const either = AbortSignal.any([stop.signal, ...(signal ? [signal] : [])]);
  const ask = async (): Promise<ProbeOutcome> => {
    const link = await context.links.to(provider, either);
    const source = { link, authorization: await context.links.authorize(deal, either), egress: context.egress, purse: createPurse() };
    await readRange(source, sector, { from: randomBelow(sector.leaves), count: 1 }, either);
    return 'ok';
  };
  const outcome = await Promise.race([ask().catch(outcomeOf), late]);
  done.abort();
  stop.abort();
  signal?.throwIfAborted();
  if (outcome !== 'ok') context.links.drop(provider);
  return outcome;
};
