import { durability } from '../../core/market/durability.js';
import type { Catalogue, RenterDeal } from '../../ports/catalogue.js';
import type { LandedPage } from '../../ports/catalogue-pages.js';
import { isUntold } from '../pages/is-untold.js';

/** How surely a machine that has the wallet alone finds all that this catalogue has. */
export interface Recoverability {
  /** Whether something changed that no page in the deals tells: this machine alone knows it. */
  readonly untold: boolean;
  /** Pages that it takes, in how many deals. */
  readonly pages: number;
  readonly deals: number;
  /** How many of a page's deals may be lost so that it is still read, of the page that can spare the fewest. */
  readonly spare: number;
  /** How likely it is that each page is read, where each deal is there with `survival`, independently of the others; 0 where there is no page. */
  readonly chance: number;
}

type Told = Pick<Catalogue, 'told' | 'changes' | 'allPages' | 'deal'>;

const isKept = (deal: RenterDeal | undefined): boolean => deal?.current !== undefined && deal.current.revision.leaves > 0;

/** Shards of the page in deals that hold something, and how many of them it takes. */
const standingOf = async ({ deal }: Told, { shards }: LandedPage): Promise<{ readonly k: number; readonly n: number }> => {
  let n = 0;
  for (const shard of shards) if (isKept(await deal(shard.deal))) n += 1;
  return { k: shards[0]?.k ?? 1, n };
};

/** By what the catalogue knows, without asking anybody. Its cost follows the pages that count: a logarithm of the changes. */
export const recoverability = async (catalogue: Told, survival: number): Promise<Recoverability> => {
  const deals = new Set<string>();
  let [pages, spare, chance] = [0, Infinity, 1];
  for await (const page of catalogue.allPages()) {
    const { k, n } = await standingOf(catalogue, page);
    pages += 1;
    for (const { deal } of page.shards) deals.add(deal);
    spare = Math.min(spare, n - k);
    chance *= n < k ? 0 : durability(k, n, survival);
  }
  return {
    untold: await isUntold({ catalogue }),
    pages,
    deals: deals.size,
    spare: pages === 0 ? 0 : spare,
    chance: pages === 0 ? 0 : chance,
  };
};
