import { expect } from 'chai';
import { readFile } from 'node:fs/promises';
import { parametersOf } from '../../scripts/deploy/terms/parameters.js';
import { DETECTION_PLOT, detectionPlot } from '../../scripts/dev/docs/numbers/detection-plot.js';
import { detected } from '../../scripts/dev/docs/numbers/detection.js';
import {
  boughtToPay,
  caught,
  challengeChance,
  limitOfPadding,
  lossOverGain,
  r9Product,
  slashInRents,
  triesToPass,
  worstCase,
  type DeterrenceParameters,
} from '../../scripts/dev/docs/numbers/deterrence.js';
import { NUMBERS_PAGE, numbersPage } from '../../scripts/dev/docs/numbers/numbers-page.js';
import { expectNear } from '../support/near.js';

const { parameters } = parametersOf('ethereum');
const percent = (share: number): string => (100 * share).toFixed(1);

/** A market whose R9 product is exactly 1. */
const leastSound = (samples: number): DeterrenceParameters => ({
  ...parameters,
  samples,
  burnBps: 10 ** 8 / (samples * parameters.missBps * parameters.collateralPeriods),
  compensationBps: 0,
});

describe('the numbers behind the rules', () => {
  it('stand on the page as they come out', async () => {
    expect(await readFile(NUMBERS_PAGE, 'utf8'), 'run npm run docs -- numbers').to.equal(await numbersPage(process.cwd()));
  });

  it('are drawn in the figure as they come out', async () => {
    expect(await readFile(DETECTION_PLOT, 'utf8'), 'run npm run docs -- numbers').to.equal(detectionPlot());
  });

  it('are those that the settlement rules state', () => {
    expect(r9Product(parameters)).to.equal(2.25);
    const worst = worstCase(parameters);
    expect(worst.ratio.toFixed(2)).to.equal('1.88');
    expect(worst).to.include({ dropped: 1, padding: 0 });
    expect([0.1, 0.01, 0.001].map((lost) => percent(detected(lost, parameters.samples, 30)))).to.deep.equal(['100.0', '77.9', '13.9']);
    expect(percent(detected(0.01, parameters.samples, 1))).to.equal('4.9');
    expect(slashInRents(parameters)).to.equal(0.9);
    expectNear(challengeChance(parameters, 1), 1 / parameters.collateralPeriods, 1e-12);
  });

  it('hold against counting draws one by one', () => {
    const [dropped, padding] = [0.3, 0.5];
    let all = 0;
    for (let hits = 1; hits < 2 ** parameters.samples; hits++) {
      const ones = hits.toString(2).replaceAll('0', '').length;
      all += (dropped / 1.5) ** ones * (1 - dropped / 1.5) ** (parameters.samples - ones);
    }
    expectNear(caught(dropped, padding, parameters), all, 1e-12);
    expectNear(triesToPass(dropped, padding, parameters), 1 / (1 - all), 1e-9);
  });

  it('leave nobody a gain just where R9 lets pass, however many samples', () => {
    for (const samples of [2, 3, 5, 8, 20]) {
      const parameters = leastSound(samples);
      expect(worstCase(parameters).ratio, `${samples} samples`).to.be.at.least(1);
      expectNear(limitOfPadding(parameters), 1, 1e-4);
    }
  });

  it('show that padding pays where R9 does not hold', () => {
    const { ratio, padding } = worstCase({ ...leastSound(5), missBps: 80 });
    expect(ratio).to.be.below(0.81);
    expect(padding).to.be.above(1_000);
  });

  it('find no ratio below the worst one', () => {
    const { ratio } = worstCase(parameters);
    for (let step = 1; step <= 1_000; step++) {
      const [dropped, padding] = [step / 1_000, ((step * 7_919) % 1_000) / 10];
      expect(lossOverGain(dropped, padding, parameters)).to.be.at.least(ratio - 1e-12);
    }
    expectNear((1 - boughtToPay(ratio)) * ratio, 1, 1e-12);
  });
});
