import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { childWith } from '../../scripts/lab/changed-code/child-options.js';
import { replaceOnce } from '../../scripts/lab/changed-code/replace-once.js';

const ENDINGS = 'node/core/market/endings.ts';
const ask = `import { redeemedBy } from './node/core/market/endings.js';
process.stdout.write(String(redeemedBy({ leaves: 0, settledThrough: 3 })));`;

const answerWith = (changed: Readonly<Record<string, string>>): string => {
  const { execArgv, env } = childWith(process.cwd(), changed);
  const { stdout, stderr } = spawnSync(process.execPath, [...execArgv, '--input-type=module', '--eval', ask], { env, encoding: 'utf8' });
  return stdout + stderr;
};

describe('a process with changed modules', () => {
  const text = readFileSync(ENDINGS, 'utf8');

  it('runs the changed text, while the file stays as it is', () => {
    expect(answerWith({ [ENDINGS]: replaceOnce(text, 'emptied + 2', 'emptied + 7') })).to.equal('10');
    expect(readFileSync(ENDINGS, 'utf8')).to.equal(text);
    expect(answerWith({})).to.equal('5');
  });

  it('is not made of a change whose anchor stands twice or not at all', () => {
    expect(() => replaceOnce(text, 'nowhere', '')).to.throw('its anchor occurs 0 times');
    expect(() => replaceOnce('a a', 'a', 'b')).to.throw('its anchor occurs 2 times');
  });
});
