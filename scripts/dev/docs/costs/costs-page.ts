import { format, resolveConfig } from 'prettier';
import { parametersOf } from '../../../deploy/terms/parameters.js';
import { AS_OF, DAYS_PER_MONTH, DEAL_SIZES, DEAL_USE, DOLLARS_PER_ETH, L1_GAS_PRICES, ROLLUP } from './assumptions.js';
import { ethereumFee, microDollars, rollupFee, showDollars, type Transaction } from './fees.js';
import { readCostFigures, type CostFigures, type DealVerb } from './gas-figures.js';
import { sideBySide } from './side-by-side.js';
import { count, table } from './table.js';
import { total, usesPerTib, type MonthlyUse } from './tib-month.js';

/** Where the page lies, from the root. */
export const COSTS_PAGE = 'docs/costs.md';

const { samples } = parametersOf('ethereum').parameters;

const gwei = (price: bigint): string => `${Number(price) / 1e9} gwei`;

/** What a transaction costs in each place, as columns of money. */
const places: readonly { readonly name: string; readonly fee: (transaction: Transaction) => bigint }[] = [
  ...L1_GAS_PRICES.map((price) => ({ name: `Ethereum, ${gwei(price)}`, fee: (each: Transaction) => ethereumFee(each, price) })),
  ...L1_GAS_PRICES.map((price) => ({ name: `rollup, L1 at ${gwei(price)}`, fee: (each: Transaction) => rollupFee(each, price) })),
];

const introduction = (): string => `# What it costs in gas and money

Gas is measured: \`npm run bench -- gas\` writes \`scripts/lab/bench/gas/gas.json\`. \`npm run docs -- costs\` makes this page of it; a test fails if it is
not what comes out. Money follows from prices that are assumed, as of ${AS_OF}, in \`scripts/dev/docs/costs/assumptions.ts\`:

- one ETH is $${count(DOLLARS_PER_ETH)}; amounts below are proportional to it, and rounded up;
- a unit of gas on Ethereum costs ${L1_GAS_PRICES.map(gwei).join(' or ')}, tip included;
- on an optimistic rollup of the OP stack a unit of gas costs ${gwei(ROLLUP.gasPrice)}, and each transaction pays for its data by [Fjord's
  formula](https://specs.optimism.io/protocol/fjord/exec-engine.html), with scalars of ${count(ROLLUP.baseFeeScalar)} and ${count(ROLLUP.blobBaseFeeScalar)}, as if nothing of it could be
  compressed, since a proof is hashes. Ethereum's blob gas costs the least that EIP-7918 allows, a sixteenth of its gas.
`;

const providerDay = ({ prove, proveFirst }: CostFigures): string => {
  const rows = prove.map(({ deals, proof }) => [
    count(deals),
    count(proof.gas),
    count(proof.floor),
    ...places.map(({ fee }) => showDollars(microDollars(fee(proof)))),
  ]);
  const bytes = Math.max(...prove.map(({ proof }) => proof.calldata));
  return `## A provider and day

One proof a period, whatever the number of deals and renters, and a period is a day. Measured with deals of 1 GiB and ${samples} samples, the worst
of eight draws; a proof is ${count(bytes)} bytes, for which EIP-7623 asks the floor at least.

${table(['deals', 'gas', 'of it the floor', ...places.map(({ name }) => name)], rows)}

- The first proof of a period on a market also puts the period's seed on record: with one deal ${count(proveFirst.gas)} gas in all.
- A month of ${DAYS_PER_MONTH} days costs ${DAYS_PER_MONTH} times as much.
- Watching, answering peers and scrubbing cost no gas. A direct challenge is answered with as many samples as a proof has, all of one deal, and
  half of its bond goes to the provider.
`;
};

const VERBS: readonly (readonly [string, DealVerb])[] = [
  ['a deal opened', 'open'],
  ['its first revision', 'commit first'],
  ['a revision with more data', 'commit more'],
  ['a deal closed', 'close'],
];

const verbRows = ({ alone, batched }: CostFigures): string[][] =>
  VERBS.map(([name, verb]) => [name, count(alone[verb]), count(batched[verb])]);

const perTib = (figures: CostFigures): string => {
  const heldGib = figures.prove.at(-1)?.deals ?? 0;
  const gasOf = (uses: readonly MonthlyUse[]): bigint => total(uses, ({ gas }) => BigInt(gas));
  const rows = DEAL_SIZES.map((gib) => {
    const { proofs, deals } = usesPerTib(figures, { gib, heldGib, samples });
    const all = [proofs, ...deals];
    const money = places.map(({ fee }) => showDollars(microDollars(total(all, fee))));
    return [
      gib === 1_024 ? '1 TiB' : `${gib} GiB`,
      count(Math.ceil(heldGib / gib)),
      ...[[proofs], deals, all].map((uses) => count(gasOf(uses))),
      ...money,
    ];
  });
  return `## A TiB and month

Of stored data: a file coded into more shards than it needs takes as many times more. A provider that holds ${count(heldGib / 1_024)} TiB in deals of one size; the
proofs' gas is shared by all it holds. Every deal lasts ${DEAL_USE.days} days and posts ${DEAL_USE.revisionsPerMonth} revision a month after its first;
one more for each deal would add ${count(figures.alone['commit more'])} gas a month, however much it stores.

${table(['deal', 'deals', 'gas of proofs', 'gas of deals', 'gas in all', ...places.map(({ name }) => name)], rows)}

- **Proofs** are taken from the next number of deals that was measured. A larger deal has more sectors, so a sample has more hashes: each is
  reckoned at the floor's price of its 32 bytes, which is more than it costs.
- **Deals** are reckoned with each verb in a transaction of its own, at a provider of many. Many in a transaction cost less each, and the node does that
  where it can:

${table(['gas, each', 'alone', 'of 16 in a transaction'], verbRows(figures))}

- Small deals cost by the deal. With large ones the proofs are most of it, and those become cheaper by the TiB the more a provider holds.
`;
};

const filecoin = `## Filecoin's EVM

Left out. Gas there is not the EVM's: every instruction is run by a WebAssembly actor and metered in Filecoin's own units, storage and messages
have prices of their own, and no factor turns one into the other. We have not measured transactions of the market there; a figure that is
converted would be made up.
`;

/** The page of costs, from the committed figures of the bench. */
export const costsPage = async (root: string): Promise<string> => {
  const figures = await readCostFigures(root);
  const options = await resolveConfig(`${root}/${COSTS_PAGE}`);
  const text = [introduction(), providerDay(figures), perTib(figures), sideBySide(figures), filecoin].join('\n');
  return await format(text, { ...options, plugins: [], parser: 'markdown' });
};
