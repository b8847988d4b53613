import { expect } from 'chai';
import { coverageTable, readReport, shortcomings } from '../../scripts/lab/coverage/report.js';

const LCOV = [
  'TN:',
  'SF:contracts/market/Two.sol',
  'DA:7,1',
  'DA:8,0',
  'DA:9,1',
  'LH:2',
  'LF:3',
  'end_of_record',
  'SF:contracts/One.sol',
  'DA:4,3',
  'LH:1',
  'LF:1',
  'end_of_record',
  '',
].join('\n');

const OUTPUT = [
  '  289 passing',
  '║ File Path                   │ Line % │ Statement % │ Uncovered Lines ║',
  '╟─────────────────────────────┼────────┼─────────────┼─────────────────╢',
  '║ contracts/market/Two.sol    │ 66.67  │ 75.00       │ 8               ║',
  '║ contracts/One.sol           │ 100.00 │ 97.50       │ -               ║',
  '║ Total                       │ 75.00  │ 90.00       │                 ║',
].join('\n');

describe('the report of coverage', () => {
  it('takes lines from lcov and statements from the table', () => {
    expect(readReport(LCOV, OUTPUT)).to.deep.equal({
      files: [
        { path: 'contracts/One.sol', lines: 1, linesHit: 1, statements: 97.5, missed: [] },
        { path: 'contracts/market/Two.sol', lines: 3, linesHit: 2, statements: 75, missed: [8] },
      ],
      statements: 90,
    });
  });

  it('prints a row a file and one for all', () => {
    expect(coverageTable(readReport(LCOV, OUTPUT)).split('\n')).to.deep.equal([
      'file                      lines %  statements %  lines that did not run',
      'contracts/One.sol          100.00         97.50',
      'contracts/market/Two.sol    66.67         75.00  8',
      'all                         75.00         90.00',
    ]);
  });

  it('names every file, and the sum, that falls short of the floor', () => {
    expect(shortcomings(readReport(LCOV, OUTPUT), 98)).to.deep.equal([
      'contracts/One.sol: 97.50 % of statements ran, fewer than 98 %',
      'contracts/market/Two.sol: 66.67 % of lines ran, fewer than 98 %',
      'contracts/market/Two.sol: 75.00 % of statements ran, fewer than 98 %',
      'contracts/: 75.00 % of lines ran, fewer than 98 %',
      'contracts/: 90.00 % of statements ran, fewer than 98 %',
    ]);
    expect(shortcomings(readReport(LCOV, OUTPUT), 60)).to.deep.equal([]);
  });

  it('refuses a table that misses a file, and one that has a file too many', () => {
    expect(() => readReport(LCOV, OUTPUT.replace(/^.*One\.sol.*\n/m, ''))).to.throw('does not name contracts/One.sol');
    expect(() => readReport(LCOV, OUTPUT.replace(/^(.*)One\.sol(.*)$/m, '$&\n$1Three.sol$2'))).to.throw('name different files');
  });
});
