import { expect } from 'chai';
import { dealsVerdict } from '../../node/app/doctor/deals-check.js';
import type { Deal } from '../../node/core/market/deal.js';
import { leaves, period, wei } from '../../node/core/units.js';
import { idOf } from '../renter/sample-deals.js';

const DAY = 86_400_000;
const deal = (name: string, end: number, more: Partial<Deal> = {}) => ({
  ...{ id: idOf(name), status: 'active' as const, leaves: leaves(5), end: period(end) },
  ...more,
});
const defaulted = { defaulted: { period: period(3), share: wei(0n) } };
const verdict = (deals: readonly ReturnType<typeof deal>[], periodMilliseconds = DAY) =>
  dealsVerdict(deals, period(100), periodMilliseconds);

describe("the doctor's look at deals", () => {
  it('is content with those that last, and with those that store nothing or are closed', () => {
    const idle = [deal('empty', 90, { status: 'empty', leaves: leaves(0), ...defaulted }), deal('closed', 90, { status: 'closed' })];
    expect(verdict([deal('long', 115), ...idle]))
      .to.include({ status: 'ok' })
      .and.has.property('says')
      .that.includes('1 deal ');
    expect(verdict([])).to.include({ status: 'ok' });
  });

  it('names those of providers that defaulted, those that are over, and those that end soon, with what to do', () => {
    const found = verdict([deal('gone', 400, defaulted), deal('over', 100), deal('soon', 114), deal('long', 115)]);
    expect(found).to.include({ status: 'problem' });
    for (const name of ['gone', 'over', 'soon']) expect(found.says, name).to.include(idOf(name));
    expect(found.says).not.to.include(idOf('long'));
    expect(found).to.have.property('remedy').that.includes('holdfast repair').and.includes('holdfast renter run');
    expect(verdict([deal('soon', 101)]))
      .to.have.property('remedy')
      .that.does.not.include('holdfast repair');
  });

  it('takes thirty periods for soon where fourteen days are more of them', () => {
    expect(verdict([deal('one', 130)], 20_000)).to.include({ status: 'problem' });
    expect(verdict([deal('one', 131)], 20_000)).to.include({ status: 'ok' });
  });
});
