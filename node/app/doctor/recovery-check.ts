import { isUntold } from '../../renter/pages/is-untold.js';
import type { Catalogue } from '../../ports/catalogue.js';
import { readCatalogue } from '../local-catalogue.js';
import { ok, problem, skipped, type Check, type Verdict } from './check.js';

/** What the deals tell of what is stored. */
export interface Told {
  /** Whether anything is stored. */
  readonly stores: boolean;
  /** Whether any page of the list lies in deals. */
  readonly begun: boolean;
  /** Whether something changed that no page tells. */
  readonly untold: boolean;
}

const toldOf = async (catalogue: Pick<Catalogue, 'objects' | 'told' | 'changes'> | undefined): Promise<Told> => {
  if (catalogue === undefined) return { stores: false, begun: false, untold: false };
  let stores = false;
  for await (const { state } of catalogue.objects())
    if (state === 'stored') {
      stores = true;
      break;
    }
  return { stores, begun: (await catalogue.told()) > 0, untold: await isUntold({ catalogue }) };
};

/** Whether "holdfast recover" would bring back what is stored, with the wallet alone. */
export const recoveryVerdict = ({ stores, begun, untold }: Told): Verdict => {
  if (!stores) return ok('nothing is stored yet');
  if (!begun)
    return problem(
      'no list of what is stored lies in the deals: with the wallet alone none of it would be found again',
      'The next "holdfast put" writes it into the deals, and so does "holdfast renter run --once". Until then keep a copy of the folder "catalogue" of this home.',
    );
  if (untold)
    return ok(
      'the list of what is stored lies in the deals; its last changes go there with the next put or round of "holdfast renter run"',
    );
  return ok('the list of what is stored lies in the deals: the words of the wallet on paper bring it back');
};

/** The list of what is stored can be had back from the deals. */
export const recoveryCheck: Check = {
  name: 'recovery',
  look: async (facts) => {
    if (await facts.isProvider.known()) return skipped("this home folder is a provider's");
    return recoveryVerdict(await readCatalogue(await facts.settings.known(), toldOf));
  },
};
