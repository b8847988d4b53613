import { OTHERS } from './assumptions.js';
import type { CostFigures } from './gas-figures.js';
import { count, table } from './table.js';

const range = ([least, most]: readonly [number, number]): string => `${count(least)}–${count(most)}`;

/** What a PDP data set takes in a day: a proof, and the call that schedules the next. */
const pdpDay: readonly [number, number] = [OTHERS.pdp.proof[0] + OTHERS.pdp.scheduling, OTHERS.pdp.proof[1] + OTHERS.pdp.scheduling];

const units = ({ prove, alone, batched }: CostFigures): string => {
  const proofs = prove.map(({ proof }) => proof.gas);
  return table(
    ['system', 'what is proven at once', 'gas', 'whose figure'],
    [
      ['Holdfast', 'all deals of a provider, a day', range([Math.min(...proofs), Math.max(...proofs)]), 'measured here'],
      ['PDP', 'one data set, a day', `${range(OTHERS.pdp.proof)} + ${count(OTHERS.pdp.scheduling)} to schedule`, 'measured by us'],
      ['Codex', 'one slot, a proof', count(OTHERS.codex.slotProof), 'its own'],
      ['EthStorage', 'one shard, a proof', range(OTHERS.ethStorage.shardProof), 'its own'],
      ['Holdfast', 'a revision of a deal, whatever it adds', range([batched['commit more'], alone['commit more']]), 'measured here'],
      ['PDP', 'a piece added to a data set', range(OTHERS.pdp.addedPiece), 'measured by us'],
    ],
  );
};

const growth = ({ prove }: CostFigures): string =>
  table(
    ['deals, or data sets, of a provider', 'Holdfast, gas a day', 'PDP, gas a day'],
    prove.map(({ deals, proof }) => [count(deals), count(proof.gas), range([deals * pdpDay[0], deals * pdpDay[1]])]),
  );

/** Our figures beside those of others, and what they do not say. */
export const sideBySide = (figures: CostFigures): string => `## Side by side

${units(figures)}

A PDP data set belongs to one client of a provider, as a deal does here. For many of them:

${growth(figures)}

What these figures do not compare:

- **The unit.** The others prove a data set, a slot or a shard at a time; Holdfast draws its samples over all that a provider holds. With one large
  data set the two come near each other; with many small ones they do not. A draw over everything finds the loss of a small deal later: its
  renter has the direct challenge for that.
- **The sampling.** Each system draws as many samples as it holds right, and finds a loss of one per cent after another number of days. Gas per
  chance of being found out is not shown here.
- **How often.** PDP and Holdfast prove once a day; Codex asks by chance, EthStorage by difficulty. Their proofs are not multiplied by days.
- **What is in it.** PDP is its verifier alone, of the source of 2026-08, with 1 to 1,024 pieces of 1 GiB, run on an EVM: a service's payments come on
  top, and it lives on Filecoin's EVM, whose gas is another. Our proof moves no money either: rent is settled when a deal changes. Codex verifies a zero-knowledge proof, EthStorage one over blobs; we have measured neither.
`;
