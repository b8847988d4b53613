import { expect } from 'chai';
import { OptionReader } from '../../node/cli/command.js';
import { settleShape, shapeOf } from '../../node/cli/commands/shape-options.js';
import { leaves } from '../../node/core/units.js';
import { throwsCoded } from '../support/coded-errors.js';

const usual = { k: 4, n: 6 };
const wish = (options: Record<string, string>) => shapeOf(new OptionReader(options), usual);
/** So many providers that take deals, and one that takes none. */
const providers = (count: number) => [...Array.from({ length: count }, () => 1), 0].map((most) => ({ ask: { maxLeaves: leaves(most) } }));

describe('How widely something is stored', () => {
  it('is what the settings say, or the options', () => {
    expect(settleShape(wish({}), providers(0))).to.deep.equal(usual);
    expect(settleShape(wish({ k: '2', n: '9' }), providers(0))).to.deep.equal({ k: 2, n: 9 });
    expect(settleShape(wish({ k: '5' }), providers(0))).to.deep.equal({ k: 5, n: 6 });
  });

  it('is as wide as a target takes', () => {
    const line = 'For 99.99 % at 75.00 % a shard: any 4 of 14 shards come to 99.996 %.';
    expect(settleShape(wish({ target: '99.99' }), providers(14))).to.deep.equal({ k: 4, n: 14, line });
    expect(settleShape(wish({ target: '99.99', survival: '95', k: '2' }), providers(14))).to.include({ k: 2, n: 5 });
  });

  it('is as wide as the providers allow where they are too few, and that is said', () => {
    const settled = settleShape(wish({ target: '99.99' }), providers(6));
    expect(settled).to.include({ k: 4, n: 6 });
    expect(settled.line).to.equal(
      'Warning: 99.99 % at 75.00 % a shard takes 14 providers, and 6 take deals: stored as widely as that allows, any 4 of 6 shards come to 83.05 %.',
    );
    const beyond = settleShape(wish({ target: '99.99', survival: '1' }), providers(6));
    expect(beyond.line).to.include('is beyond any code of 255 shards');
  });

  it('is refused for percentages that are none, and for two options that contradict each other', () => {
    for (const target of ['0', '100', '-1', '1e2', 'many', '', '101']) throwsCoded(() => wish({ target }), 'BAD_OPTION');
    throwsCoded(() => wish({ target: '99', n: '9' }), 'USAGE');
    throwsCoded(() => wish({ survival: '90' }), 'USAGE');
  });
});
