import { expect } from 'chai';
import { narrateRun } from '../../node/cli/commands/run-lines.js';
import type { Terminal } from '../../node/cli/terminal.js';
import type { RenterEvent } from '../../node/renter/events.js';
import { quoteOf } from '../../node/renter/homes/quote.js';
import { leaves, period } from '../../node/core/units.js';

/** What a person sees, in order. */
const watched = (): { readonly terminal: Terminal; readonly seen: string[] } => {
  const seen: string[] = [];
  const progress = (label: string) => ({ to: (done: number) => void seen.push(`${label} ${done}`), end: () => undefined });
  return { terminal: { json: false, width: undefined, say: (line) => void seen.push(line), print: () => undefined, progress }, seen };
};

const plan = { bytes: 10, k: 1, n: 1, leaves: leaves(1), maxLeaves: leaves(2) };
const quoted: RenterEvent = { kind: 'quoted', quote: quoteOf(plan, [], period(1), { periodBlocks: 10 }, 1_000) };

describe('a run over several files', () => {
  it('that is paid for says what it costs before it shows how far it is', () => {
    const { terminal, seen } = watched();
    const { begin, next, report } = narrateRun(terminal, 'storing', { paid: true });
    begin?.(3, '3 files to store');
    next?.('a');
    expect(seen).to.deep.equal(['3 files to store']);
    report(quoted);
    next?.('b');
    expect(seen[1]).to.include('shards suffice');
    expect(seen.at(-1)).to.equal('storing 1');
  });

  it('that is not shows it from the first on', () => {
    const { terminal, seen } = watched();
    const { begin, next } = narrateRun(terminal, 'fetching');
    begin?.(3, '3 files to fetch');
    next?.('a');
    expect(seen.at(-1)).to.equal('fetching 0');
  });
});
