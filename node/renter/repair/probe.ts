import { isHoldfastError } from '../../core/errors/holdfast-error.js';
import type { SectorRef } from '../../core/data/data-set.js';
import { unpackSectors } from '../../core/data/packed-sectors.js';
import { stepsTo } from '../../core/data/sector-tree.js';
import { anySignal } from '../../core/tasks/waiting.js';
import type { RenterDeal } from '../../ports/catalogue.js';
import type { RenterContext } from '../context.js';
import { codeOf } from '../../core/errors/coded.js';
import { failedCheckOf } from '../homes/decide-trust.js';
import type { ProbeOutcome } from './decide-repair.js';
import { createPurse } from '../download/purse.js';
import { readSpan } from '../download/read-sector.js';

const randomBelow = (count: number): number => (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) % count;

/** What a probe said, and the code of the check that the provider failed; none where it failed for another's fault. */
export interface Probe {
  readonly outcome: ProbeOutcome;
  readonly check?: string | undefined;
}

const OK: Probe = { outcome: 'ok' };
const LATE: Probe = { outcome: 'silent', check: 'PEER_SILENT' };
const ROTTEN: readonly string[] = ['SECTOR_MISSING', 'SECTOR_CORRUPT', 'SECTOR_NOT_HELD'];

/** What the answer says about the provider: no bytes that could be wrong came, or it cannot show what it should hold. */
export const failedProbe = (error: unknown): Probe & { readonly outcome: Exclude<ProbeOutcome, 'ok'> } => {
  const check = failedCheckOf(error);
  if (isHoldfastError(error, 'RANGE_PROOF_INVALID', 'PEER_MISBEHAVED')) return { outcome: 'wrong', check: codeOf(error) };
  if (!isHoldfastError(error, 'PEER_REFUSED') || check === undefined) return { outcome: 'silent', check };
  return { outcome: ROTTEN.includes(check) ? 'rotten' : 'refused', check };
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
export const probeDeal = async (context: RenterContext, record: RenterDeal, signal?: AbortSignal): Promise<Probe> => {
  const { id: deal, provider } = record;
  const sector = await randomSector(context, record);
  if (!sector) return OK;
  const done = new AbortController();
  const late = context.clock.sleep(context.limits.probeMilliseconds, done.signal).then(
    () => LATE,
    () => LATE,
  );
  const stop = new AbortController();
  const either = anySignal(stop.signal, signal);
  const ask = async (): Promise<Probe> => {
    const link = await context.links.to(provider, either);
    const source = { link, authorization: await context.links.authorize(deal, either), egress: context.egress, purse: createPurse() };
    await readSpan(source, sector, { from: randomBelow(sector.leaves), count: 1 }, context.limits, either);
    return OK;
  };
  const probe = await Promise.race([ask().catch(failedProbe), late]);
  done.abort();
  stop.abort();
  signal?.throwIfAborted();
  if (probe !== OK) context.links.drop(provider);
  return probe;
};
