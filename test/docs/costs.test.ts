import { expect } from 'chai';
import { readFile } from 'node:fs/promises';
import { parametersOf } from '../../scripts/deploy/terms/parameters.js';
import { DOLLARS_PER_ETH, ROLLUP } from '../../scripts/dev/docs/costs/assumptions.js';
import { COSTS_PAGE, costsPage } from '../../scripts/dev/docs/costs/costs-page.js';
import { dataFee, ethereumFee, microDollars, rollupFee, showDollars } from '../../scripts/dev/docs/costs/fees.js';
import { costFigures } from '../../scripts/dev/docs/costs/gas-figures.js';
import { addedSteps, proofOf, total, usesPerTib } from '../../scripts/dev/docs/costs/tib-month.js';
import { expectNear } from '../support/near.js';

const GWEI = 10n ** 9n;
const proof = (gas: number) => ({ gas, calldata: 4_356, floor: 190_000 });
const measured = { prove: { 64: proof(210_000), 1: proof(190_000), 1024: proof(240_000) }, proveFirst: proof(191_000) };
const functions = {
  open: { 1: 220_000 },
  'commit first': { 1: 1, 1024: 180_000, 64: 3 },
  'commit more': { 1: 140_000 },
  close: { 1: 190_000 },
  'open of 16': { 64: 5 },
  'commit first of 16': { 64: 6 },
  'commit more of 16': { 64: 7 },
  'close of 16': { 64: 8 },
};
const figures = costFigures(JSON.stringify({ ...measured, functions }));
const samples = 5;

describe('the costs in gas and money', () => {
  it('stand on the page as they come out of the committed figures', async () => {
    expect(await readFile(COSTS_PAGE, 'utf8'), 'run npm run docs -- costs').to.equal(await costsPage(process.cwd()));
  });

  it('are those of a day, since a period is one where money is at stake', () => {
    for (const kind of ['ethereum', 'op-stack'] as const) {
      const { blockMilliseconds, parameters } = parametersOf(kind);
      expect(blockMilliseconds * parameters.periodBlocks, kind).to.equal(24 * 3_600_000);
      expect(parameters.samples, kind).to.equal(samples);
    }
  });

  it('take the verbs of a provider with the most deals', () => {
    expect(figures.alone).to.deep.equal({ open: 220_000, 'commit first': 180_000, 'commit more': 140_000, close: 190_000 });
    expect(figures.batched).to.deep.equal({ open: 5, 'commit first': 6, 'commit more': 7, close: 8 });
    expect(figures.prove.map(({ deals }) => deals)).to.deep.equal([1, 64, 1024]);
    expect(() => costFigures(JSON.stringify({ ...measured, functions: {} }))).to.throw('nobody has measured open');
  });

  it('become dollars without loss, rounded up and never down', () => {
    expect(microDollars(ethereumFee({ gas: 21_000, calldata: 0 }, GWEI))).to.equal(21n * DOLLARS_PER_ETH);
    expect([microDollars(1n), microDollars(0n)]).to.deep.equal([1n, 0n]);
    expect([0n, 1n, 12_340n, 12_341n, 999_999n].map(showDollars)).to.deep.equal(['$0.0000', '$0.0001', '$0.0124', '$0.0124', '$1.0000']);
    expect([1_000_000n, 12_340_001n, 1_234_567_890_000n].map(showDollars)).to.deep.equal(['$1.00', '$12.35', '$1,234,567.89']);
  });

  it("have a rollup's data fee as its formula says, worked out in another way", () => {
    const bytes = 4_356 + 110;
    const estimatedBytes = -42.5856 + 0.8365 * (bytes + Math.floor(bytes / 255) + 16);
    const weiPerByte = (16 * 5_227 + 1_014_213 / 16) * 1e-6 * 1e9;
    expectNear(Number(dataFee({ calldata: 4_356 }, GWEI)), estimatedBytes * weiPerByte, 1e6);
    expect(dataFee({ calldata: 0 }, GWEI), 'no less than 100 bytes').to.equal(dataFee({ calldata: 1 }, GWEI));
    const transaction = { gas: 100, calldata: 4_356 };
    expect(rollupFee(transaction, GWEI) - dataFee(transaction, GWEI)).to.equal(100n * ROLLUP.gasPrice);
  });

  it('know that larger deals have longer proofs, and reckon with the next number of deals that was measured', () => {
    expect([1, 2, 10, 100, 1_024].map(addedSteps)).to.deep.equal([0, 1, 4, 7, 10]);
    expect(proofOf(figures, 64, 1, samples)).to.deep.equal({ gas: 210_000, calldata: 4_356 });
    expect(proofOf(figures, 65, 2, samples)).to.deep.equal({ gas: 240_000 + 5 * 1_280, calldata: 4_356 + 5 * 32 });
    expect(() => proofOf(figures, 1_025, 1, samples)).to.throw('no proof of 1025 deals was measured');
  });

  it('share the proofs of a month over all that a provider holds, and the verbs of a deal over its months', () => {
    const { proofs, deals } = usesPerTib(figures, { gib: 1_024, heldGib: 1_024, samples });
    const gas = (uses: Parameters<typeof total>[0]): bigint => total(uses, (each) => BigInt(each.gas));
    expect(gas([proofs])).to.equal(30n * (190_000n + 50n * 1_280n));
    const month = 220_000 / 3 + 180_000 / 3 + 140_000 + 190_000 / 3;
    expectNear(Number(gas(deals)), month, 2);
    const small = usesPerTib(figures, { gib: 1, heldGib: 1_024, samples });
    expect(gas([small.proofs])).to.equal(30n * 240_000n);
    expectNear(Number(gas(small.deals)), 1_024 * month, 2);
    expect(deals.map(({ transaction }) => transaction.calldata)).to.deep.equal([356, 580, 580, 36]);
  });
});
