import { percentDown, USUAL_SURVIVAL } from '../../core/market/durability.js';
import { recoverability, type Recoverability } from '../../renter/recover/recoverability.js';
import type { Catalogue } from '../../ports/catalogue.js';
import { readCatalogue } from '../local-catalogue.js';
import { ok, problem, skipped, type Check, type Verdict } from './check.js';

/** What the deals tell of what is stored. */
export interface Told extends Pick<Recoverability, 'untold' | 'pages' | 'spare' | 'chance'> {
  /** Whether anything is stored. */
  readonly stores: boolean;
}

const NOTHING: Told = { stores: false, untold: false, pages: 0, spare: 0, chance: 0 };

const toldOf = async (catalogue: Catalogue | undefined): Promise<Told> => {
  if (catalogue === undefined) return NOTHING;
  let stores = false;
  for await (const { state } of catalogue.objects())
    if (state === 'stored') {
      stores = true;
      break;
    }
  return { stores, ...(await recoverability(catalogue, USUAL_SURVIVAL)) };
};

/** Whether "holdfast recover" would bring back what is stored, with the wallet alone. */
export const recoveryVerdict = ({ stores, untold, pages, spare, chance }: Told): Verdict => {
  if (!stores) return ok('nothing is stored yet');
  if (pages === 0 || spare < 0)
    return problem(
      'no list of what is stored can be had from the deals: with the wallet alone none of it would be found again',
      'The next "holdfast put" writes it into the deals, and so does "holdfast renter run --once". Until then keep a copy of the folder "catalogue" of this home.',
    );
  const sure = `it comes back though any ${spare} of a page's deals are lost, and with ${percentDown(chance)} where each deal is there in three of four cases`;
  if (untold)
    return ok(
      `the list of what is stored lies in the deals, but for its last changes: they go there with the next put or round of "holdfast renter run"; ${sure}`,
    );
  return ok(`the list of what is stored lies in the deals, so that the words of the wallet on paper bring it back: ${sure}`);
};

/** The list of what is stored can be had back from the deals. */
export const recoveryCheck: Check = {
  name: 'recovery',
  look: async (facts) => {
    if (await facts.isProvider.known()) return skipped("this home folder is a provider's");
    return recoveryVerdict(await readCatalogue(await facts.settings.known(), toldOf));
  },
};
