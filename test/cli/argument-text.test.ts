import { expect } from 'chai';
import { execFileSync } from 'node:child_process';
import { commandText } from '../../node/cli/argument-text.js';
import { visibleLine } from '../../node/core/visible-text.js';

/** `words` after a command that was given a home, or none. */
const suggested = (words: readonly string[], home?: string): string => commandText({ options: { text: () => home } }, 'f', words);

const NAMES = [
  'a.tar',
  'my file',
  "it's",
  '-rf',
  '-r f',
  '$HOME',
  'a\nb',
  "\u001b[2J it's \\n",
  '-\n',
  'märz',
  'gpj.\u202egnp',
  '`id`',
  '!x',
  'a\u009b2J\u007f\u00adb',
  '~',
  '',
];

describe('an argument of a suggested command', () => {
  it('is quoted where it must be, and follows "--" where it begins with a dash', () => {
    expect(NAMES.slice(0, 7).map((name) => suggested([name]))).to.deep.equal([
      'f a.tar',
      "f 'my file'",
      "f 'it'\\''s'",
      'f -- -rf',
      "f -- '-r f'",
      "f '$HOME'",
      "f $'a\\nb'",
    ]);
  });

  it('holds nothing that a terminal obeys, and a shell makes the name of it again', () => {
    for (const name of NAMES) {
      const text = suggested([name]);
      expect(visibleLine(text), name).to.equal(text);
      const pasted = ['--norc', '-c', `f() { printf %s "\${@: -1}"; }; ${text}`];
      expect(execFileSync('bash', pasted, { encoding: 'utf8', env: { LC_ALL: 'C.UTF-8' } })).to.equal(name);
    }
  });

  it('is of the home that the command was given, whatever that is called', () => {
    expect(suggested(['a'], './alice')).to.equal('f --home=./alice a');
    expect(suggested(['-a', 'b c'], '-my home')).to.equal("f --home='-my home' -- -a 'b c'");
  });
});
