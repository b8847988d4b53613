import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProveGas } from '../../bench/gas.js';

/** The committed figures of `npm run bench -- gas`, as far as the page uses them. */
export interface CostFigures {
  /** By deals of the provider, fewest first; the period's seed is on record. */
  readonly prove: readonly { readonly deals: number; readonly proof: ProveGas }[];
  /** With one deal; also puts the seed on record. */
  readonly proveFirst: ProveGas;
  /** Transactions with one deal at a provider of many. */
  readonly open: number;
  readonly commit: number;
  readonly close: number;
}

type Verb = 'open' | 'commit' | 'close';

/** `functions` has each verb by deals of the provider; older figures have one number a verb. */
interface GasFile extends Partial<Readonly<Record<Verb, number>>> {
  readonly prove: Readonly<Record<string, ProveGas>>;
  readonly proveFirst: ProveGas;
  readonly functions?: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

const most = (byDeals: Readonly<Record<string, number>> = {}): number | undefined =>
  Object.entries(byDeals).sort(([a], [b]) => Number(b) - Number(a))[0]?.[1];

export const costFigures = (json: string): CostFigures => {
  const file = JSON.parse(json) as GasFile;
  const gasOf = (verb: Verb): number => {
    const gas = most(file.functions?.[verb]) ?? file[verb];
    if (gas === undefined) throw new Error(`nobody has measured ${verb}`);
    return gas;
  };
  const prove = Object.entries(file.prove).map(([deals, proof]) => ({ deals: Number(deals), proof }));
  prove.sort((a, b) => a.deals - b.deals);
  return { prove, proveFirst: file.proveFirst, open: gasOf('open'), commit: gasOf('commit'), close: gasOf('close') };
};

export const readCostFigures = async (root: string): Promise<CostFigures> =>
  costFigures(await readFile(join(root, 'scripts/bench/gas.json'), 'utf8'));
