import type { SectorRef } from '../../core/data/data-set.js';
import type { Address, DealId } from '../../core/units.js';
import type { RenterContext } from '../context.js';
import type { MadePage } from './make-pages.js';

/** Has the deal's provider take in the shards of pages that go there, for its next revision to name them. Gives back the sectors. */
export const sendPageShards = async (
  context: Pick<RenterContext, 'links'>,
  { deal, provider }: { readonly deal: DealId; readonly provider: Address },
  pages: readonly MadePage[],
  signal?: AbortSignal,
): Promise<readonly SectorRef[]> => {
  const sources = pages.flatMap(({ shards }) => shards.get(deal)?.source ?? []);
  if (sources.length === 0) return [];
  const link = await context.links.to(provider, signal);
  for (const source of sources) await link.writeSector(await context.links.authorize(deal, signal), source, signal);
  return sources.map(({ sector }) => sector);
};

/** Whether the newest revision that both signed names these sectors. */
export const namesEach = async (
  { catalogue }: Pick<RenterContext, 'catalogue'>,
  deal: DealId,
  sectors: readonly SectorRef[],
): Promise<boolean> => {
  const number = (await catalogue.deal(deal))?.current?.revision.number ?? 0n;
  for (const { root } of sectors) if ((await catalogue.timesNamed(deal, number, root)) === 0) return false;
  return true;
};
