import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { GasFigures, ProveGas } from '../../../lab/bench/gas/gas.js';

/** The committed figures of `npm run bench -- gas`, as far as the page uses them. */
export interface CostFigures {
  /** By deals of the provider, fewest first; the period's seed is on record. */
  readonly prove: readonly { readonly deals: number; readonly proof: ProveGas }[];
  /** With one deal; also puts the seed on record. */
  readonly proveFirst: ProveGas;
  /** What is done with a deal at the provider with the most deals, in a transaction of its own. */
  readonly alone: Readonly<Record<DealVerb, number>>;
  /** The same, of sixteen in one transaction. */
  readonly batched: Readonly<Record<DealVerb, number>>;
}

/** What is done with a deal in its life, as the bench names it: `commit more` posts a revision after the first. */
export type DealVerb = 'open' | 'commit first' | 'commit more' | 'close';

type GasFile = Pick<GasFigures, 'prove' | 'proveFirst' | 'functions'>;

const most = (byDeals: Readonly<Record<string, number>> = {}): number | undefined =>
  Object.entries(byDeals).sort(([a], [b]) => Number(b) - Number(a))[0]?.[1];

export const costFigures = (json: string): CostFigures => {
  const file = JSON.parse(json) as GasFile;
  const gasOf = (name: string): number => {
    const gas = most(file.functions[name]);
    if (gas === undefined) throw new Error(`nobody has measured ${name}`);
    return gas;
  };
  const verbs = (suffix: string): Record<DealVerb, number> => ({
    open: gasOf(`open${suffix}`),
    'commit first': gasOf(`commit first${suffix}`),
    'commit more': gasOf(`commit more${suffix}`),
    close: gasOf(`close${suffix}`),
  });
  const prove = Object.entries(file.prove).map(([deals, proof]) => ({ deals: Number(deals), proof }));
  prove.sort((a, b) => a.deals - b.deals);
  return { prove, proveFirst: file.proveFirst, alone: verbs(''), batched: verbs(' of 16') };
};

export const readCostFigures = async (root: string): Promise<CostFigures> =>
  costFigures(await readFile(join(root, 'scripts/lab/bench/gas/gas.json'), 'utf8'));
