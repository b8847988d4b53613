import { expect } from 'chai';
import { createPutAgreement } from '../../node/cli/commands/put-agreement.js';
import { quoteJson, quoteLines } from '../../node/cli/commands/quote-lines.js';
import { OptionReader, type Call } from '../../node/cli/command.js';
import { leaves, period, wei, type Wei } from '../../node/core/units.js';
import { quoteOf, type Quote } from '../../node/renter/homes/quote.js';
import { actor } from '../support/worlds/actors.js';
import { idOf } from '../renter/sample-deals.js';
import { rejectsCoded } from '../support/coded-errors.js';

const TOKEN = 10n ** 18n;
const DAY = 86_400_000;
const part = (name: string, more: object = {}) => ({
  ...{ provider: actor(name).address, price: wei(TOKEN), egressPrice: wei(0n), end: period(101), escrow: wei(2n * TOKEN) },
  ...{ maxLeaves: leaves(64), maxEgress: wei(0n) },
  ...more,
});
/** 1 KiB at two of three providers with a day for a period. */
const quoted = (parts: readonly ReturnType<typeof part>[], more: Partial<Quote> = {}): Quote => ({
  ...quoteOf({ bytes: 1_024, k: 2, n: 3, leaves: leaves(16), maxLeaves: leaves(64) }, parts, period(11), { periodBlocks: 10 }, DAY / 10),
  ...more,
});
const three = quoted([part('bob'), part('carol'), part('dave', { deal: idOf('dave'), escrow: wei(0n) })]);

/** A call of somebody who answers with `answer`; without, there is no terminal. */
const callOf = (answer?: string, options: object = {}): { readonly call: Call; readonly asked: string[] } => {
  const asked: string[] = [];
  const prompt = { interactive: answer !== undefined, ask: (question: string) => (asked.push(question), Promise.resolve(answer ?? '')) };
  return { call: { prompt, terminal: { json: false }, options: new OptionReader({ ...options }) } as unknown as Call, asked };
};

describe('before something is stored and paid', () => {
  it('one screen says where, for how long, how safe and for how much', () => {
    const lines = quoteLines(three, Date.UTC(2026, 10, 30));
    const text = lines.join('\n');
    expect(text).to.include('1.00 KiB, any 2 of 3 shards suffice, 1.50 KiB in all');
    expect(text).to.include('84.37 % likely');
    for (const name of ['bob', 'carol'])
      expect(text).to.include(`${actor(name).address}  30 HOLD per GiB-month, until about 2027-02-28: new deal, 2 HOLD into escrow`);
    expect(text).to.include(`${actor('dave').address}  30 HOLD per GiB-month, until about 2027-02-28: your deal there has room`);
    expect(text).to.include('escrow  4 HOLD now, into 2 new deals');
    expect(text).not.to.include('is that what you mean');
    expect(quoteJson(three)).to.deep.include({ storedBytes: 3 * 512, escrow: 4n * TOKEN });
  });

  it('room for later files that is out of all proportion is pointed at', () => {
    const roomy = quoted([part('bob', { maxLeaves: leaves(2 ** 38) }), part('carol'), part('dave')]);
    expect(quoteLines(roomy, 0).join('\n')).to.match(
      /room {4}8\.00 TiB for later files, \d+ times what is stored now.*is that what you mean\?/,
    );
  });

  it('it is asked whether to pay, and nothing where nothing is paid', async () => {
    const { call, asked } = callOf('yes');
    const { confirm } = createPutAgreement(call, undefined);
    expect(await confirm(quoted([part('dave', { deal: idOf('dave'), escrow: wei(0n) })]))).to.equal(true);
    expect(asked).to.deep.equal([]);
    expect(await confirm({ ...three, laterEscrow: wei(TOKEN) })).to.equal(true);
    expect(asked).to.deep.equal(['Store it, and pay 5 HOLD into escrow? (yes or no) [no]']);
    await rejectsCoded(createPutAgreement(callOf('no').call, undefined).confirm(three), 'DECLINED');
  });

  it('without a terminal nothing is paid but by --yes, or within a limit that counts for the whole command', async () => {
    await rejectsCoded(createPutAgreement(callOf().call, undefined).confirm(three), 'CONFIRMATION_NEEDED');
    expect(await createPutAgreement(callOf(undefined, { yes: true }).call, undefined).confirm(three)).to.equal(true);
    const { confirm, hear } = createPutAgreement(callOf().call, (7n * TOKEN) as Wei);
    expect(await confirm(three)).to.equal(true);
    expect(await confirm(three), 'quoted again, and nothing paid yet').to.equal(true);
    hear({ kind: 'opened', deal: idOf('bob'), provider: actor('bob').address, escrow: wei(4n * TOKEN) });
    const told = await rejectsCoded(confirm(three), 'CONFIRMATION_NEEDED');
    expect(told.message, 'the limit that would do').to.match(/does not agree to it: --yes, or --max-escrow 8, does$/);
    expect(await confirm({ ...three, escrow: wei(3n * TOKEN) })).to.equal(true);
  });
});
