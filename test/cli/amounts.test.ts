import { expect } from 'chai';
import { addressReading, coins, count, leafSize, size, tokens, type Reading } from '../../node/cli/amounts.js';
import { OptionReader, parseParameter, type Call } from '../../node/cli/command.js';
import { commandTable } from '../../node/cli/command-table.js';
import { MAX_STAKE } from '../../node/core/units.js';
import { rejectsCoded } from '../support/coded-errors.js';

const refused = (reading: Reading<unknown>, text: string): string => {
  try {
    parseParameter('--it', text, ...reading);
  } catch (error) {
    return (error as Error).message;
  }
  return 'taken';
};

/** A call that reaches nothing beyond its own words. */
const callOf = (args: readonly string[], options: Readonly<Record<string, string>>): Call =>
  ({ args, options: new OptionReader(options), settings: () => Promise.reject(new Error('the words were taken')) }) as unknown as Call;

describe('amounts on the command line', () => {
  it('are refused beyond what the contract holds, with the most that may be given', () => {
    const most = 'at most 79228162514.264337 HOLD';
    expect(refused(tokens('250', { most: MAX_STAKE }), '99999999999')).to.include(most);
    expect(refused(tokens('250', { most: MAX_STAKE }), '79228162514.264337593543950335')).to.equal('taken');
    expect(refused(size('1GiB', 1 << 30), '2GiB')).to.include('at most 1.00 GiB');
    expect(refused(leafSize('1GiB'), '33TiB')).to.include('at most 32.00 TiB');
    expect(refused(count(2, 9), '10')).to.include('in 2…9');
  });

  it('that move money are refused at zero, and read to the last wei', () => {
    expect(refused(tokens('1.5', { least: 1n }), '0')).to.include('above 0');
    expect(refused(tokens('1.5', { least: 1n }), '0.000000000000000001')).to.equal('taken');
    expect(refused(coins('1.5', 1n), '0.0')).to.include('above 0');
    expect(refused(tokens('1.5'), '0')).to.equal('taken');
    expect(refused(tokens('1.5'), '-1')).not.to.equal('taken');
  });

  it('go to an address without a slip in its checksum', () => {
    const right = '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed';
    expect(refused(addressReading, right)).to.equal('taken');
    expect(refused(addressReading, right.toLowerCase())).to.equal('taken');
    for (const wrong of [right.replace('Aed', 'Aee'), right.replace('5aA', '5aa'), right.slice(0, -1), 'XE73'])
      expect(refused(addressReading, wrong), wrong).to.include('right checksum');
  });

  const deal = `0x${'2'.repeat(64)}`;
  const slip = '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAee';
  const cases: readonly [string, readonly string[], Readonly<Record<string, string>>][] = [
    ['provider limit', ['99999999999'], {}],
    ['provider stake', ['5'], { lockLimit: '1000000000000' }],
    ['provider init', [], { price: '1', lockLimit: '100000000000000000000000' }],
    ['provider init', [], { price: '1', capacity: '500' }],
    ['provider stake', ['0'], {}],
    ['provider stake', ['99999999999'], {}],
    ['provider unstake', ['0'], {}],
    ['wallet send', [slip, '1'], {}],
    ['provider rotate owner', [], { to: slip }],
    ['provider withdraw', ['1'], { to: slip }],
    ['deals withdraw', ['1'], { to: slip }],
    ['ledger', [], { provider: slip }],
    ['deals deposit', [deal, '0'], {}],
    ['deals deposit', [deal, '999999999999999999999'], {}],
  ];
  for (const [words, args, options] of cases)
    it(`are looked at before anything else: ${words} ${[...args, ...Object.values(options)].join(' ')}`, async () => {
      const spec = await commandTable.find(({ path }) => path.join(' ') === words)?.load();
      await rejectsCoded(spec?.run(callOf(args, options)) ?? Promise.resolve(), 'BAD_OPTION');
    });
});
