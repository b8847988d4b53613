import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReportPart, ReportRow, SearchReport } from '../../../lab/search/report.js';
import { table } from './table.js';

const FIGURES = 'scripts/lab/search/figures.json';

/** The strategy that came nearest to a profit, or earned most: by what it brings for the rent that it saves. */
const bestOf = ({ found, known }: ReportPart): ReportRow | undefined =>
  [...found, ...Object.values(known)]
    .filter(({ saved }) => saved > 0)
    .reduce<ReportRow | undefined>(
      (best, row) => (best === undefined || row.profit / row.saved > best.profit / best.saved ? row : best),
      undefined,
    );

const row = (part: ReportPart): string[] => {
  const best = bestOf(part);
  return [
    part.parameters,
    part.sound ? 'holds' : 'broken',
    part.cheatingPays ? 'pays' : 'never pays',
    best === undefined ? 'none saved anything' : (best.profit / best.saved).toFixed(3),
    best === undefined ? '' : best.strategy,
  ];
};

/** What `npm run search` found on the real contracts, from the committed figures. */
export const searchSection = async (root: string): Promise<string> => {
  const { depth, seed, periods, parts } = JSON.parse(await readFile(join(root, FIGURES), 'utf8')) as SearchReport;
  const tried = Math.min(...parts.map((part) => part.tried));
  return `## What a search finds

\`npm run search -- --depth ${depth} --seed ${seed}\` plays strategies against the contracts themselves, ${periods} periods each: what share is kept, which deals
suffer, since when, how much padding and when, when the stake is topped up or drained, who finds the misses, what is challenged. ${tried} strategies and the
known attacks are tried at each set of parameters; where R9 is broken they must find a profit, or the search would be blind. What the best of
them brought, for each period's rent that it saved:

${table(
  ['parameters', 'R9', 'cheating', 'profit for rent saved', 'best strategy'],
  parts.map((part) => row(part)),
)}

It never adds data to a deal, renews one or leaves one, and a longer search may find more: this is no proof.
`;
};
