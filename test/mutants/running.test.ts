import { expect } from 'chai';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { unchangedMutant, type Judge } from '../../scripts/lab/mutants/kind.js';
import { openLedger } from '../../scripts/lab/mutants/ledger.js';
import type { Mutant } from '../../scripts/lab/mutants/mutant.js';
import { judgeAll } from '../../scripts/lab/mutants/pool.js';
import type { Verdict } from '../../scripts/lab/mutants/verdict.js';

const mutant = (id: string): Mutant => ({ ...unchangedMutant({ path: 'contracts/Purse.sol', text: id }), id });
const mutants = ['one', 'two', 'three', 'four', 'five'].map(mutant);
const caught: Verdict = { kind: 'caught', file: 'test/contracts/Purse.t.sol', test: 'test_take_failsIfEmpty' };
const survived: Verdict = { kind: 'survived' };

describe('mutants are judged', () => {
  let [opened, closed, busy, most] = [0, 0, 0, 0];
  const openJudge = (): Judge => {
    opened += 1;
    return {
      judge: async ({ id }, signal) => {
        busy += 1;
        most = Math.max(most, busy);
        await setImmediate(undefined, { signal });
        busy -= 1;
        if (id === 'five') throw new Error('no judge can do that');
        return id === 'two' ? survived : caught;
      },
      close: () => void (closed += 1),
    };
  };

  beforeEach(() => {
    [opened, closed, busy, most] = [0, 0, 0, 0];
  });

  it('as many at a time as there are jobs, by judges that are used again and ended', async () => {
    const verdicts: string[] = [];
    const { signal } = new AbortController();
    await judgeAll(mutants.slice(0, 4), openJudge, 2, signal, ({ id }, { kind }) => void verdicts.push(`${id} ${kind}`));
    expect(verdicts).to.deep.equal(['one caught', 'two survived', 'three caught', 'four caught']);
    expect({ opened, closed, most }).to.deep.equal({ opened: 2, closed: 2, most: 2 });
  });

  it('until one fails or the run is interrupted: no judge is left behind', async () => {
    const interruption = new AbortController();
    const judging = (report: () => void): Promise<string> =>
      judgeAll(mutants, openJudge, 1, interruption.signal, report).then(
        () => 'done',
        (error: Error) => error.message,
      );
    expect(await judging(() => undefined)).to.equal('no judge can do that');
    expect(await judging(() => interruption.abort(new Error('interrupted')))).to.equal('interrupted');
    expect({ opened, closed }).to.deep.equal({ opened: 2, closed: 2 });
  });
});

describe('verdicts are remembered', () => {
  const root = mkdtempSync(join(tmpdir(), 'mutants-'));
  after(() => rmSync(root, { recursive: true }));

  it('across runs, until something changes that they rest on', () => {
    const [one, two] = [mutant('one'), mutant('two')];
    const basis = { caught: 'a test', survived: 'all tests' };
    const open = (now: typeof basis) => openLedger(root, ({ kind }) => (kind === 'caught' ? now.caught : now.survived));
    const ledger = open(basis);
    ledger.write(one, caught);
    ledger.write(two, survived);
    expect([one, two, mutant('three')].map((each) => open(basis).find(each))).to.deep.equal([caught, survived, undefined]);
    const later = open({ ...basis, survived: 'one test more' });
    expect([one, two].map((each) => later.find(each))).to.deep.equal([caught, undefined]);
  });
});
