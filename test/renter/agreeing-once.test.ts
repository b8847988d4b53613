import { expect } from 'chai';
import { address, dealId, leaves, period, wei } from '../../node/core/units.js';
import type { RenterEvent } from '../../node/renter/events.js';
import type { Quote } from '../../node/renter/homes/quote.js';
import { askedOnce } from '../../node/renter/upload/agreement.js';
import { hashOf } from '../support/worlds/actors.js';

const provider = address(`0x${'1'.repeat(40)}`);
const part = { provider, price: wei(1n), end: period(9), maxLeaves: leaves(1), maxEgress: wei(0n), escrow: wei(0n) };

/** A quote of so much escrow now and later, at a price for storing and one for reading. */
const quoteOf = (escrow: bigint, later = 0n, price = 1n, egressPrice = 1n): Quote => ({
  bytes: 1,
  k: 1,
  n: 1,
  leaves: leaves(1),
  maxLeaves: leaves(1),
  parts: [{ ...part, egressPrice: wei(egressPrice) }],
  pricePerGibMonth: wei(price),
  filePricePerGibMonth: wei(price),
  total: wei(escrow),
  readOnce: wei(0n),
  escrow: wei(escrow),
  laterEscrow: wei(later),
  maxEgress: wei(0n),
  now: period(1),
  periodMilliseconds: 86_400_000,
});
const opened = (escrow: bigint): RenterEvent => ({ kind: 'opened', deal: dealId(hashOf('deal')), provider, escrow: wei(escrow) });

/** Somebody who says yes, or `answer`, and what she was asked and told. */
const asking = (answer = true) => {
  const [asked, told]: [Quote[], RenterEvent[]] = [[], []];
  const once = askedOnce({ confirm: async (quote) => (asked.push(quote), answer), report: (event) => told.push(event) });
  const quoted = async (quote: Quote): Promise<boolean> => {
    once.report({ kind: 'quoted', quote });
    return once.confirm(quote);
  };
  return { ...once, quoted, asked, told };
};

describe('What was agreed to in a command', () => {
  it('is neither asked nor told again where it is tried once more, or comes later as was said', async () => {
    const { quoted, report, asked, told } = asking();
    for (const quote of [quoteOf(10n, 5n), quoteOf(10n, 5n)]) expect(await quoted(quote)).to.equal(true);
    report(opened(10n));
    expect(await quoted(quoteOf(5n))).to.equal(true);
    report(opened(5n));
    expect(await quoted(quoteOf(0n))).to.equal(true);
    expect(asked).to.have.length(1);
    expect(told.map(({ kind }) => kind)).to.deep.equal(['quoted', 'opened', 'opened']);
  });

  it('is asked anew where it takes more than is left', async () => {
    const { quoted, report, asked } = asking();
    await quoted(quoteOf(10n, 5n));
    report(opened(10n));
    await quoted(quoteOf(6n));
    expect(asked.map(({ escrow }) => escrow)).to.deep.equal([10n, 6n]);
  });

  it('is asked anew at a higher price, of storing or of reading', async () => {
    const { quoted, asked } = asking();
    await quoted(quoteOf(10n));
    await quoted(quoteOf(10n, 0n, 2n));
    await quoted(quoteOf(10n, 0n, 2n, 2n));
    await quoted(quoteOf(0n, 0n, 9n, 9n));
    expect(asked, 'what costs nothing is agreed to').to.have.length(3);
  });

  it('is not there a second time for what the chain carried out without a word', async () => {
    const { quoted, asked } = asking();
    await quoted(quoteOf(10n));
    await quoted(quoteOf(0n));
    await quoted(quoteOf(10n));
    expect(asked).to.have.length(2);
  });

  it('is nothing where no was said', async () => {
    const { quoted, asked } = asking(false);
    expect([await quoted(quoteOf(10n)), await quoted(quoteOf(0n))]).to.deep.equal([false, false]);
    expect(asked).to.have.length(2);
  });
});
