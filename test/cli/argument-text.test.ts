import { expect } from 'chai';
import { execFileSync } from 'node:child_process';
import { argumentText } from '../../node/cli/argument-text.js';
import { visibleLine } from '../../node/core/visible-text.js';

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
];

describe('an argument of a suggested command', () => {
  it('is quoted where it must be, and follows "--" where it begins with a dash', () => {
    expect(NAMES.slice(0, 7).map(argumentText)).to.deep.equal([
      'a.tar',
      "'my file'",
      "'it'\\''s'",
      '-- -rf',
      "-- '-r f'",
      "'$HOME'",
      "$'a\\nb'",
    ]);
  });

  it('holds nothing that a terminal obeys, and a shell makes the name of it again', () => {
    for (const name of NAMES) {
      const text = argumentText(name);
      expect(visibleLine(text), name).to.equal(text);
      const word = text.replace(/^-- /, '');
      expect(execFileSync('bash', ['--norc', '-c', `printf %s ${word}`], { encoding: 'utf8', env: { LC_ALL: 'C.UTF-8' } })).to.equal(name);
    }
  });
});
