import { expect } from 'chai';
import { existsSync } from 'node:fs';
import { collectMutants } from '../../scripts/lab/mutants/contracts/collect.js';
import { guards } from '../../scripts/lab/mutants/contracts/guards.js';
import { namedMutants, type NamedMutant } from '../../scripts/lab/mutants/contracts/named.js';
import { allNamed } from '../../scripts/lab/mutants/contracts/named/all.js';
import { readContracts } from '../../scripts/lab/mutants/contracts/solidity-sources.js';
import type { Source } from '../../scripts/lab/mutants/mutant.js';
import { readReasons } from '../../scripts/lab/mutants/reasons.js';

const root = process.cwd();

const purse: Source = {
  path: 'contracts/Purse.sol',
  text: `// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

contract Purse {
  error Empty();

  uint256 private held;

  modifier filled() {
    if (held == 0) revert Empty(); // if (…) in a comment is none
    _;
  }

  /// Die Größe zählt: letters of two bytes before what is changed.
  function take(uint256 amount) external filled {
    require(amount <= held, Empty());
    held -= amount;
    if (amount > 7) held = 0;
  }
}
`,
};

const defect = (anchor: string): NamedMutant => ({ against: 'INV-1', breaks: 'a try', path: purse.path, anchor, replacement: 'held = 0;' });

describe('mutants are made', () => {
  it('of every site, every boundary and every operator of a file, each under its name', () => {
    const { mutants, sites } = collectMutants(root, [purse], []);
    expect(mutants.map(({ origin, id, line }) => `${origin} ${line}: ${id}`)).to.deep.equal([
      'site 10: Purse.filled: if (held == 0) → if (true)',
      'site 10: Purse.filled: revert Empty() → true',
      'site 15: Purse.take: filled → nothing',
      'site 16: Purse.take: require(amount <= held, Empty()) → true',
      'site 18: Purse.take: if (amount > 7) → if (true)',
      'site 18: Purse.take: if (amount > 7) → if (false)',
      'boundary 16: Purse.take: amount <= held → amount < held',
      'boundary 18: Purse.take: amount > 7 → amount >= 7',
      'operator 10: Purse.filled: held == 0 → held != 0',
      'operator 10: Purse.filled: held == 0 → held == 1',
      'operator 17: Purse.take: held -= amount → held += amount',
      'operator 18: Purse.take: amount > 7 → amount > 8',
      'operator 18: Purse.take: held = 0 → held = 1',
      'operator 18: Purse.take: amount > 7 → amount > 6',
    ]);
    expect(sites.map(({ kind, where }) => `${kind} ${where}`)).to.deep.equal([
      'if contracts/Purse.sol:10',
      'revert contracts/Purse.sol:10',
      'modifier contracts/Purse.sol:15',
      'require contracts/Purse.sol:16',
      'if contracts/Purse.sol:18',
    ]);
    const changed = mutants.find(({ id }) => id.endsWith('→ amount >= 7'));
    expect(changed?.mutated).to.equal(purse.text.replace('amount > 7', 'amount >= 7'));
  });

  it('of a named defect once, under its name alone', () => {
    const [mutant] = namedMutants([purse], [defect('held -= amount;')]);
    expect(mutant).to.deep.include({ id: 'INV-1: a try', origin: 'named', line: 17, verb: 'take' });
    expect(mutant?.mutated).to.equal(purse.text.replace('held -= amount;', 'held = 0;'));
    const same: NamedMutant = { ...defect('held -= amount;'), replacement: 'held += amount;' };
    const ids = collectMutants(root, [purse], [same]).mutants.map(({ id }) => id);
    expect(ids).to.include('INV-1: a try');
    expect(ids).to.not.include('Purse.take: held -= amount → held += amount');
  });

  it('never where the anchor of a named defect stands twice or not at all', () => {
    const refusal =
      'INV-1 (a try): its anchor occurs 0 times in contracts/Purse.sol\nINV-1 (a try): its anchor occurs 2 times in contracts/Purse.sol';
    expect(() => namedMutants([purse], [defect('nowhere'), defect('if (held == 0)'), defect('Empty();')])).to.throw(refusal);
  });

  it('of our contracts, with an anchor for each named defect and a mutant for each reason', () => {
    const { mutants, sites } = collectMutants(root, readContracts(root).subjects, allNamed);
    expect(mutants.filter(({ origin }) => origin === 'named')).to.have.length(allNamed.length);
    expect(mutants.filter(({ origin }) => origin === 'operator')).to.have.length(100);
    for (const { where, mutants: ofSite } of sites) expect(ofSite, where).to.not.be.empty;
    expect(Object.keys(readReasons(root, 'contracts')).filter((id) => !mutants.some((mutant) => mutant.id === id))).to.deep.equal([]);
  }).timeout(60_000);

  it('of no contract without a test that guards it', () => {
    const tests = Object.values(guards).flat();
    expect([...Object.keys(guards), ...tests].filter((path) => !existsSync(path))).to.deep.equal([]);
    const guarded = readContracts(root).subjects.filter(
      ({ path, text }) => !path.includes('/interfaces/') && /^ +(return|require|if)\b/m.test(text),
    );
    expect(guarded.map(({ path }) => path).filter((path) => guards[path] === undefined)).to.deep.equal([]);
  });
});
