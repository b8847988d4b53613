import { expect } from 'chai';
import { existsSync } from 'node:fs';
import { collectDecisions } from '../../scripts/lab/mutants/decisions/collect.js';
import { decidingFiles } from '../../scripts/lab/mutants/decisions/decision-mutants.js';
import { guards, guardsOf } from '../../scripts/lab/mutants/decisions/guards.js';
import { createMochaJudge } from '../../scripts/lab/mutants/decisions/mocha-judge.js';
import { readNode } from '../../scripts/lab/mutants/decisions/typescript-sources.js';
import { unchangedMutant } from '../../scripts/lab/mutants/kind.js';
import type { Source } from '../../scripts/lab/mutants/mutant.js';
import { readReasons } from '../../scripts/lab/mutants/reasons.js';

const root = process.cwd();
const { signal } = new AbortController();

const purse: Source = {
  path: 'node/provider/decide-purse.ts',
  text: `import { PurseError } from './purse-error.js';

interface Purse {
  readonly slots: 1 | 2;
}

/** Die Größe zählt. */
export const checkPurse = ({ slots }: Purse, coins: number): PurseError | undefined =>
  checkSize(slots) ?? (coins > 7 ? new PurseError('FULL') : undefined);

const checkSize = (slots: number): PurseError | undefined => {
  const free = Math.max(0, 2 - slots);
  if (!isOpen() || free === 0) throw new PurseError('CLOSED');
  return undefined;
};
`,
};

describe('mutants of decisions are made', () => {
  it('of every refusal, condition, boundary, operator and digit that runs, each under its name', () => {
    const { mutants } = collectDecisions([purse]);
    expect(mutants.map(({ origin, id, line }) => `${origin} ${line}: ${id.replace('provider/decide-purse.', '')}`)).to.deep.equal([
      "refusal 9: checkPurse: new PurseError('FULL') → undefined",
      "refusal 13: checkSize: throw new PurseError('CLOSED'); → ;",
      'site 9: checkPurse: checkSize(slots) → undefined',
      "site 9: checkPurse: checkSize(slots) ?? (coins > 7 ? new PurseError('FULL') : undefined) → checkSize(slots) ?? undefined",
      "site 9: checkPurse: coins > 7 ? new PurseError('FULL') : undefined → true ? new PurseError('FULL') : undefined",
      "site 9: checkPurse: coins > 7 ? new PurseError('FULL') : undefined → false ? new PurseError('FULL') : undefined",
      'site 13: checkSize: if (!isOpen() || free === 0) → if (true)',
      'site 13: checkSize: if (!isOpen() || free === 0) → if (false)',
      'boundary 9: checkPurse: coins > 7 → coins >= 7',
      'operator 12: checkSize: Math.max(0, 2 - slots) → Math.min(0, 2 - slots)',
      'operator 12: checkSize: 2 - slots → 2 + slots',
      'operator 13: checkSize: !isOpen() || free === 0 → !isOpen() && free === 0',
      'operator 13: checkSize: !isOpen() || free === 0 → isOpen() || free === 0',
      'operator 13: checkSize: free === 0 → free !== 0',
      'number 9: checkPurse: coins > 7 → coins > 6',
      'number 9: checkPurse: coins > 7 → coins > 8',
      'number 12: checkSize: 2 - slots → 1 - slots',
      'number 12: checkSize: Math.max(0, 2 - slots) → Math.max(1, 2 - slots)',
      'number 12: checkSize: 2 - slots → 3 - slots',
      'number 13: checkSize: free === 0 → free === 1',
    ]);
    const changed = mutants.find(({ id }) => id.endsWith('→ coins >= 7'));
    expect(changed?.mutated).to.equal(purse.text.replace('coins > 7', 'coins >= 7'));
  });

  it('with no refusal overlooked that the words of a file tell of', () => {
    const hidden = { ...purse, text: `${purse.text}// new PurseError('HIDDEN')\n` };
    expect(() => collectDecisions([hidden])).to.throw('node/provider/decide-purse.ts has 3 refusals in its text, and 2 in its syntax tree');
  });

  it('of all that decides, each guarded by tests that are there, with a mutant for each reason', () => {
    const files = decidingFiles(readNode(root));
    expect(files.map(({ path }) => path)).to.include.members(['node/provider/accept/decide-signature.ts', 'node/core/market/revision.ts']);
    for (const { path } of files) expect(guardsOf(path), path).to.not.be.empty;
    expect(
      Object.values(guards)
        .flat()
        .filter((path) => !existsSync(path)),
    ).to.deep.equal([]);
    const ids = collectDecisions(files).mutants.map(({ id }) => id);
    expect(new Set(ids).size).to.equal(ids.length);
    expect(Object.keys(readReasons(root, 'decisions')).filter((id) => !ids.includes(id))).to.deep.equal([]);
  });

  it('and judged by the tests that guard them', async () => {
    const path = 'node/core/market/lock-limit.ts';
    const unchanged = unchangedMutant(readNode(root).subjects.find((source) => source.path === path) ?? purse);
    const judge = createMochaJudge(root);
    expect(await judge.judge(unchanged, signal)).to.deep.equal({ kind: 'survived' });
    const mutated = unchanged.mutated.replace('if (lockLimit < stake)', 'if (lockLimit <= stake)');
    expect(await judge.judge({ ...unchanged, mutated }, signal)).to.include({
      kind: 'caught',
      file: 'test/core/market/lock-limit.test.ts',
    });
    judge.close();
  });
});
