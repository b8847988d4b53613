import { format, resolveConfig } from 'prettier';
import { parametersOf } from '../../../deploy/terms/parameters.js';
import { detected } from './detection.js';
import {
  boughtToPay,
  challengeChance,
  limitOfPadding,
  lossOfMiss,
  lossOverGain,
  r9Product,
  slashInRents,
  triesToPass,
  worstCase,
} from './deterrence.js';
import { capacitySection } from './capacity-section.js';
import { searchSection } from './search-section.js';
import { table } from './table.js';

/** Where the page lies, from the root. */
export const NUMBERS_PAGE = 'docs/numbers.md';

/** The parameters that the figures follow from are the same on every network. */
const { parameters } = parametersOf('ethereum');
const { samples, missBps, collateralPeriods, burnBps, bountyBps, compensationBps, coverBps } = parameters;

const fixed = (value: number): string => value.toFixed(2);
const percent = (share: number, digits = 1): string => `${(100 * share).toFixed(digits)} %`;
const short = (share: number): string => `${Number((100 * share).toPrecision(3))} %`;
const count = (value: number): string => (Number.isFinite(value) ? Math.round(value).toLocaleString('en') : 'no hash passes');

const introduction = (): string => `# The numbers behind the rules

What cheating costs a provider and how soon it is found, derived from the deploy defaults. \`npm run docs -- numbers\` writes this page and
its figure from \`scripts/deploy/terms/parameters.ts\`; a test fails if they are not what comes out. The formulas are in
\`scripts/dev/docs/numbers/deterrence.ts\`; \`npm run search\` plays the same game on the contracts themselves, and the last table is what it found.

${table(
  ['parameter', 'value', 'what it is'],
  [
    ['k, `samples`', `${samples}`, 'leaves drawn per audit'],
    ['`missBps`', `${missBps}`, 'share of the locked stake that one miss takes, of 10,000'],
    ['CP, `collateralPeriods`', `${collateralPeriods}`, 'collateral of a deal, in periods of its rent'],
    ['`burnBps` / `bountyBps` / `compensationBps`', `${burnBps} / ${bountyBps} / ${compensationBps}`, 'where a miss goes, of 10,000'],
    ['`coverBps`', `${coverBps}`, 'stake under this share of locked makes a default'],
  ],
)}
`;

const deterrence = (): string => {
  const worst = worstCase(parameters);
  const paddings = [0, 1, 3, 10, 100];
  return `## Deterrence

One provider, with a renter and callers of its own, drops the share _d_ of the honest renters' data and pads its tree with deals with itself that
weigh _x_ times the honest ones. Money in periods of the honest renters' whole rent:

\`\`\`text
slash        = missBps · CP / 10⁴                                       ${fixed(slashInRents(parameters))} periods of rent
caught(d, x) = 1 − (1 − d / (1 + x))^k
loss(x)      = slash · ( burn · (1 + x) + compensation ) + 1            ${lossOfMiss(0, parameters).toFixed(3)} without padding
gain(d)      ≤ d                                                        the rent of what is dropped: keeping it costs no more
ratio(d, x)  = caught(d, x) · loss(x) / d                               above 1, cheating loses
\`\`\`

Of a miss the coalition loses for good what is burnt, of the padding too; the compensation of the honest renters; and the rent of the
period. The bounty goes to its own caller, the padding's compensation and rent come back to it.

- R9's product \`k · missBps · CP · burnBps / 10⁸\` is **${fixed(r9Product(parameters))}**; the constructor refuses less than 1.
- The worst ratio over all shares and paddings is **${fixed(worst.ratio)}**, with ${short(worst.dropped)} dropped and a padding of ${fixed(worst.padding)}. The search is numeric.
- As the padding grows, the ratio comes to R9's product, whatever share is dropped: ${fixed(limitOfPadding(parameters))}.

${table(
  ['dropped', ...paddings.map((padding) => `x = ${padding}`)],
  [1, 0.5, 0.1, 0.01].map((dropped) => [short(dropped), ...paddings.map((padding) => fixed(lossOverGain(dropped, padding, parameters)))]),
)}
`;
};

const detection = (): string => `## Detection

\`\`\`text
found within n periods = 1 − (1 − lost)^(k · n)
\`\`\`

${table(
  ['lost', ...[1, 7, 30, 90].map((periods) => (periods === 1 ? '1 period' : `${periods} periods`))],
  [0.1, 0.01, 0.001].map((lost) => [short(lost), ...[1, 7, 30, 90].map((periods) => percent(detected(lost, samples, periods)))]),
)}

A renter that is 1 % of the weight and loses everything is found out with **${percent(detected(0.01, samples, 1))}** a period; the renter itself can ask sooner, by a challenge.

![Chance that a loss is found within 1, 7, 30 and 90 periods, by the share lost](detection.svg)
`;

const rents = (): string => {
  const leastCover = coverBps / 10_000;
  return `## A miss and a challenge

- One missed audit takes **${fixed(slashInRents(parameters))}** periods' rent of the stake. The rent of the missed period is not paid either, so an honest provider that
  is kept from proving is ${fixed(slashInRents(parameters) + 1)} periods' rent worse off.
- A renter that challenges its own deal with a chance of **1/CP = ${percent(challengeChance(parameters, 1), 2)}** a period (once in ${collateralPeriods}) deters the loss of any share of it: the samples of
  a challenge are all the deal's own, so no padding dilutes them, and who cannot answer pays CP periods' rent.
- That is with the whole collateral in the stake. At the least cover of a provider that lives, ${short(leastCover)}, it takes
  ${percent(challengeChance(parameters, leastCover), 2)}, once in ${Math.round(1 / challengeChance(parameters, leastCover))}.
`;
};

const grinding = (): string => {
  const worst = worstCase(parameters).ratio;
  const losses: readonly (readonly [number, number])[] = [
    [1, 0],
    [0.9, 0],
    [0.5, 0],
    [1, 1],
    [1, 10],
  ];
  return `## Who can choose the draw

The seed is the hash of S(p), the first block of a period. Who builds that block for a provider that cheats can try one header after another until
nothing that is gone is drawn. With a share _b_ of the first blocks bought, no ratio falls below (1 − b) of what it was: the worst one, ${fixed(worst)}, to (1 − b) · ${fixed(worst)}.

${table(
  ['b', ...[0, 0.1, 0.25, boughtToPay(worst)].map((share) => percent(share))],
  [['worst ratio', ...[0, 0.1, 0.25, boughtToPay(worst)].map((share) => fixed((1 - share) * worst))]],
)}

So below ${percent(boughtToPay(worst))} of all first blocks no loss pays. By what is dropped, and behind what padding:

${table(
  ['dropped', 'padding', 'ratio', 'hashes to try', 'pays from b ='],
  losses.map(([dropped, padding]) => {
    const ratio = lossOverGain(dropped, padding, parameters);
    const tries = triesToPass(dropped, padding, parameters);
    return [short(dropped), `${padding}`, fixed(ratio), count(tries), Number.isFinite(tries) ? percent(boughtToPay(ratio)) : 'never'];
  }),
)}

- **On Ethereum** a block's builder is free in some bytes of the header, so hashes cost nothing but time; the price is to win the auction for S(p), once a
  period. A proposer that takes its block from others has one bit: to leave its slot empty, at the cost of the block's reward, and let the next block be S(p).
  Either pays only if the rent of a period, of all that is dropped, is more than what the block would have brought.
- **On a rollup** the sequencer builds every block: against it, and against who is in league with it, b = 1 and audits deter nothing. Everybody else has b = 0.
`;
};

/** The page of numbers, from the deploy defaults. */
export const numbersPage = async (root: string): Promise<string> => {
  const options = await resolveConfig(`${root}/${NUMBERS_PAGE}`);
  const text = [introduction(), deterrence(), detection(), rents(), capacitySection(), grinding(), await searchSection(root)].join('\n');
  return await format(text, { ...options, plugins: [], parser: 'markdown' });
};
