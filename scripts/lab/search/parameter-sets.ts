import type { MarketParameters } from '../../../node/core/market/deal.js';
import { parametersOf } from '../../deploy/terms/parameters.js';

/** Parameters to search with. */
export interface ParameterSet {
  readonly name: string;
  readonly parameters: MarketParameters;
  /** Whether R9 lets them pass; if not, a market without that check is deployed, and cheating must be found to pay. */
  readonly sound: boolean;
}

const { parameters: defaults } = parametersOf('devnet');
/** Fees make padding dearer; without them only R9 stands against it. */
const feeless = { ...defaults, feeBps: 0 };

const unsound = (name: string, changes: Partial<MarketParameters>): ParameterSet => ({
  name,
  parameters: { ...feeless, ...changes },
  sound: false,
});

/** The defaults, with and without fees; the least that R9 lets pass; and what it refuses in several ways. */
export const parameterSets: readonly ParameterSet[] = [
  { name: 'defaults', parameters: defaults, sound: true },
  { name: 'no fees', parameters: feeless, sound: true },
  {
    name: 'R9 as an equality: missBps 40, burnBps 5556',
    parameters: { ...feeless, missBps: 40, burnBps: 5_556, compensationBps: 4_244 },
    sound: true,
  },
  unsound('a fifth under R9: missBps 40, burnBps 4444', { missBps: 40, burnBps: 4_444, compensationBps: 5_356 }),
  unsound('nothing burnt: burnBps 0', { burnBps: 0, compensationBps: 9_800 }),
  unsound('a tenth burnt: burnBps 1000', { burnBps: 1_000, compensationBps: 8_800 }),
  unsound('missBps 10', { missBps: 10 }),
  unsound('one sample, missBps 40', { samples: 1, missBps: 40 }),
  unsound('collateral of 10 periods', { collateralPeriods: 10 }),
];
