import { expect } from 'chai';
import type { Collection } from '../../scripts/lab/mutants/collection.js';
import type { Mutant } from '../../scripts/lab/mutants/mutant.js';
import { outcomeOf } from '../../scripts/lab/mutants/outcome.js';
import type { Verdict } from '../../scripts/lab/mutants/verdict.js';

const mutant = (id: string, origin: Mutant['origin']): Mutant => ({
  id,
  origin,
  path: 'contracts/Purse.sol',
  line: 3,
  verb: 'take',
  change: id,
  mutated: id,
});
const caught: Verdict = { kind: 'caught', file: 'test/contracts/Purse.t.sol', test: 'test_take_failsIfEmpty(uint256)' };
const survived: Verdict = { kind: 'survived' };
const uncompilable: Verdict = { kind: 'uncompilable', reason: 'TypeError' };

const collection: Collection = {
  mutants: [mutant('named', 'named'), mutant('if | true', 'site'), mutant('if false', 'site'), mutant('plus', 'operator')],
  sites: [{ kind: 'if', where: 'contracts/Purse.sol:3', mutants: ['if | true', 'if false'] }],
};
const outcome = (verdicts: readonly (readonly [string, Verdict])[], reasons: Readonly<Record<string, string>> = {}, whole = true) =>
  outcomeOf(collection, new Map(verdicts), reasons, whole);

describe('what became of mutants', () => {
  it('adds up: those that compile are caught or equivalent, with the reason', () => {
    const verdicts = [
      ['named', caught],
      ['if | true', caught],
      ['if false', uncompilable],
      ['plus', survived],
    ] as const;
    const { summary, problems, judged } = outcome(verdicts, { plus: 'It adds <nothing>.' });
    expect(summary).to.equal('3 mutants, 2 caught, 1 equivalent');
    expect(problems).to.deep.equal([]);
    expect(judged.map(({ mutant: { id }, verdict, reason }) => [id, verdict.kind, reason])).to.deep.equal([
      ['named', 'caught', undefined],
      ['if | true', 'caught', undefined],
      ['plus', 'survived', 'It adds <nothing>.'],
    ]);
  });

  it('is wrong if one survives without a reason, or has a reason and does not', () => {
    const verdicts = collection.mutants.map(({ id }) => [id, id === 'plus' ? survived : caught] as const);
    const { problems, summary } = outcome(verdicts, { named: 'None.' });
    expect(summary).to.equal('4 mutants, 3 caught, 0 equivalent');
    expect(problems).to.deep.equal(['survived: plus (contracts/Purse.sol:3)', 'said to be equivalent, and caught: named']);
  });

  it('is wrong if a named one does not compile, or none of a site', () => {
    const verdicts = collection.mutants.map(({ id }) => [id, id === 'plus' ? caught : uncompilable] as const);
    expect(outcome(verdicts).problems).to.deep.equal(['does not compile: named', 'no mutant of this if compiles: contracts/Purse.sol:3']);
  });

  it('is wrong if a reason names no mutant, once all were judged', () => {
    const verdicts = collection.mutants.map(({ id }) => [id, caught] as const);
    expect(outcome(verdicts, { gone: 'None.' }).problems).to.deep.equal(['said to be equivalent, and there is no such mutant: gone']);
    expect(outcome(verdicts, { gone: 'None.' }, false).problems).to.deep.equal([]);
  });
});
