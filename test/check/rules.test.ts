import { expect } from 'chai';
import { rules } from '../../scripts/dev/check/rules.js';
import { layers } from '../../scripts/dev/check/rules/layers.js';
import { errorPage } from '../../scripts/dev/docs/error-page.js';
import { createSmallProject, type SmallProject } from '../support/small-project.js';

/** One way to break a rule: which file says what, and a word that the complaint must contain. */
interface Violation {
  readonly rule: string;
  readonly what: string;
  readonly path: string;
  readonly text: string;
  readonly complaint: RegExp;
}

const violations: readonly Violation[] = [
  {
    rule: 'formatting',
    what: 'TypeScript with other spacing',
    path: 'node/core/doubling.ts',
    text: 'export const doubled   = 2n\n',
    complaint: /doubling\.ts/,
  },
  {
    rule: 'formatting',
    what: 'Solidity with other spacing',
    path: 'contracts/Small.sol',
    text: '// SPDX-License-Identifier: MIT\npragma solidity ^0.8.28;\ncontract Small{uint256 public value;}\n',
    complaint: /Small\.sol/,
  },
  { rule: 'types', what: 'a wrong type', path: 'node/core/wrong.ts', text: "export const wrong: bigint = 'one';\n", complaint: /TS2322/ },
  {
    rule: 'lint',
    what: 'a promise that nobody waits for, any, and a default export',
    path: 'node/core/wrong.ts',
    text: [
      'const wrong = (work: () => Promise<void>, value: any): boolean => {',
      '  work();',
      '  return value === 1;',
      '};',
      'export default wrong;',
      '',
    ].join('\n'),
    complaint: /no-explicit-any[^]*no-floating-promises[^]*named exports/,
  },
  {
    rule: 'Solidity lint',
    what: 'tx.origin',
    path: 'contracts/Small.sol',
    text: [
      '// SPDX-License-Identifier: MIT',
      'pragma solidity ^0.8.28;',
      '',
      'contract Small {',
      '  function who() external view returns (address) {',
      '    return tx.origin;',
      '  }',
      '}',
      '',
    ].join('\n'),
    complaint: /tx-origin/,
  },
  {
    rule: 'compiler warnings',
    what: 'a warning about a contract',
    path: 'artifacts/build-info/small.output.json',
    text: JSON.stringify({
      output: {
        errors: [
          { severity: 'warning', formattedMessage: 'Warning: unused', sourceLocation: { file: 'project/contracts/Small.sol' } },
          { severity: 'warning', formattedMessage: 'Warning: in a test', sourceLocation: { file: 'project/test/Small.t.sol' } },
        ],
      },
    }),
    complaint: /^Warning: unused$/,
  },
  {
    rule: 'layers',
    what: 'an import from a higher layer, of a type only',
    path: 'node/core/wrong.ts',
    text: "import type { Clock } from '../ports/world.js';\n\nexport type Wrong = Clock;\n",
    complaint: /layer-of-core/,
  },
  {
    rule: 'layers',
    what: 'an import from a sibling',
    path: 'node/renter/sibling.ts',
    text: "import type { Reader } from '../chain/small.js';\n\nexport type Wrong = Reader;\n",
    complaint: /layer-of-renter/,
  },
  {
    rule: 'layers',
    what: 'a cycle',
    path: 'node/core/doubling.ts',
    text: "import { half } from './half.js';\n\nexport const doubled = (value: bigint): bigint => 4n * half(value);\n",
    complaint: /no-cycles/,
  },
  {
    rule: 'layers',
    what: 'Hardhat under node/',
    path: 'node/chain/hardhat.ts',
    text: "export type { HardhatRuntimeEnvironment } from 'hardhat/types/hre';\n",
    complaint: /node-stands-alone/,
  },
  {
    rule: 'layers',
    what: 'a script under node/',
    path: 'node/chain/script.ts',
    text: "export { deployed } from '../../scripts/deploy.js';\n",
    complaint: /node-stands-alone/,
  },
  {
    rule: 'layers',
    what: 'a transport named beside the file that puts them together',
    path: 'node/transport/wrong.ts',
    text: "export { tcp } from '@libp2p/tcp';\n",
    complaint: /transports-are-passed-in/,
  },
  {
    rule: 'layers',
    what: 'a development dependency under node/',
    path: 'node/chain/development.ts',
    text: "export { expect } from 'chai';\n",
    complaint: /shipped-dependencies-only/,
  },
  {
    rule: 'layers',
    what: 'generated types of a contract rather than its interface',
    path: 'node/chain/generated.ts',
    text: "export type { Small } from './contracts/Small.js';\n",
    complaint: /interface-factories-only/,
  },
  {
    rule: 'layers',
    what: "a module of Node's in the renter",
    path: 'node/renter/built-in.ts',
    text: "export { readFile } from 'node:fs/promises';\n",
    complaint: /no-node-built-ins/,
  },
  {
    rule: 'layers',
    what: 'a folder that no layer names',
    path: 'node/utils/wrong.ts',
    text: "export { doubled } from '../core/doubling.js';\n",
    complaint: /folder-without-a-layer/,
  },
  {
    rule: 'layers',
    what: 'an import from a higher room',
    path: 'node/core/data/wrong.ts',
    text: "export { price } from '../market/small.js';\n",
    complaint: /room-node\/core\/data/,
  },
  {
    rule: 'layers',
    what: 'a demo that a deployment needs',
    path: 'scripts/deploy/wrong.ts',
    text: "export { shown } from '../demo/shown.js';\n",
    complaint: /room-scripts\/deploy/,
  },
  {
    rule: 'layers',
    what: 'a folder of scripts that is no room',
    path: 'scripts/utils/wrong.ts',
    text: "export { shown } from '../demo/shown.js';\n",
    complaint: /room-without-a-place-in-scripts/,
  },
  {
    rule: 'layers',
    what: 'a command that another script imports',
    path: 'scripts/demo/wrong.ts',
    text: "export { deployed } from '../deploy.js';\n",
    complaint: /commands-are-not-imported/,
  },
  {
    rule: 'layers',
    what: 'a judge that believes what the renter believes',
    path: 'scripts/lab/search/wrong.ts',
    text: "export { longer } from '../../../node/renter/waiting.js';\n",
    complaint: /judges-stand-alone/,
  },
  {
    rule: 'layers',
    what: 'a check of the main job that uses its code',
    path: 'scripts/demo/summary-check/wrong.ts',
    text: "export { shown } from '../shown.js';\n",
    complaint: /the-check-of-the-main-job-stands-alone/,
  },
  {
    rule: 'browser bundle',
    what: "a module of Node's, by way of a package",
    path: 'node/renter/wrong.ts',
    text: "export { ClassicLevel } from 'classic-level';\n",
    complaint: /module of Node's/,
  },
  {
    rule: 'browser bundle',
    what: "a module of Node's in the core",
    path: 'node/core/wrong.ts',
    text: "export { createHash } from 'node:crypto';\n",
    complaint: /"node:crypto" is a module of Node's/,
  },
  {
    rule: 'raw transactions',
    what: 'an account that the RPC holds',
    path: 'node/chain/wrong.ts',
    text: "export const send = 'eth_sendTransaction';\n",
    complaint: /wrong\.ts:1 uses eth_sendTransaction/,
  },
  {
    rule: 'documents',
    what: 'a path that does not exist',
    path: 'README.md',
    text: 'See `node/core/nothing.ts`.\n',
    complaint: /names node\/core\/nothing\.ts/,
  },
  {
    rule: 'documents',
    what: 'a link that leads nowhere',
    path: 'docs/small.md',
    text: 'See [there](nowhere.md).\n',
    complaint: /names docs\/nowhere\.md/,
  },
  {
    rule: 'documents',
    what: 'an npm script that does not exist',
    path: 'README.md',
    text: 'Do `npm run nothing`.\n',
    complaint: /"nothing"/,
  },
  {
    rule: 'documents',
    what: 'a path in CONTRIBUTING that does not exist',
    path: 'CONTRIBUTING.md',
    text: 'See `scripts/nothing.ts`.\n',
    complaint: /CONTRIBUTING\.md names scripts\/nothing\.ts/,
  },
  {
    rule: 'documents',
    what: 'a function that its file only calls',
    path: 'CONTRIBUTING.md',
    text: '1. `node/renter/waiting.ts#longer` waits, `node/renter/waiting.ts#doubled` doubles.\n',
    complaint: /^CONTRIBUTING\.md names node\/renter\/waiting\.ts#doubled, and node\/renter\/waiting\.ts defines no doubled(\n|$)/,
  },
  {
    rule: 'documents',
    what: 'a link to a section that is not there',
    path: 'docs/small.md',
    text: 'See [above](#above), [small](../README.md#small) and [large](../README.md#large).\n',
    complaint: /^docs\/small\.md links to docs\/small\.md#above.*\n.*README\.md#large, which has no such heading(\n|$)/,
  },
  {
    rule: 'documents',
    what: 'a room that the architecture does not name',
    path: 'docs/architecture.md',
    text: 'Rooms: `node/core/`, `node/core/errors/`, `node/ports/`, `node/chain/`, `node/chain/contracts/`, `node/renter/`.\n',
    complaint: /does not name the room node\/core\/market\//,
  },
  {
    rule: 'changelog',
    what: 'a version that the changelog does not tell of',
    path: 'CHANGELOG.md',
    text: '# Changes\n\n## [Unreleased]\n\n## [0.0.9] - 2026-01-01\n',
    complaint: /begins with version 0\.0\.9/,
  },
  {
    rule: 'error codes',
    what: 'a code nobody defines',
    path: 'README.md',
    text: 'It says `BAD_LUCK`.\n',
    complaint: /README\.md names BAD_LUCK/,
  },
  {
    rule: 'error codes',
    what: 'a code that the page of errors lacks',
    path: 'node/core/errors/more-errors.ts',
    text: "import { row } from './row.js';\n\nexport const moreErrors = { MORE: row((d) => d.name, 'None.') };\n",
    complaint: /not what npm run docs writes/,
  },
  {
    rule: 'error codes',
    what: 'a code defined twice',
    path: 'node/core/errors/twice-errors.ts',
    text: "import { row } from './row.js';\n\nexport const twiceErrors = { NO_LUCK: row((d) => d.name, 'None.') };\n",
    complaint: /defines NO_LUCK a second time/,
  },
];

describe('npm run check', () => {
  let project: SmallProject;

  before(async () => {
    project = await createSmallProject();
    await project.write('docs/errors.md', await errorPage(project.root));
    await project.write(
      'node/core/half.ts',
      "import { doubled } from './doubling.js';\n\nexport const half = (value: bigint): bigint => value - doubled(value) / 4n;\n",
    );
  });
  after(() => project.remove());

  for (const rule of rules) {
    it(`finds nothing against ${rule.name} in a clean project`, async () => {
      expect(await rule.find(project.root)).to.deep.equal([]);
    });
  }

  it('has a violation in this test for every rule', () => {
    expect([...new Set(violations.map(({ rule }) => rule))]).to.have.members(rules.map(({ name }) => name));
  });

  describe('against violations of the layers, planted at once', () => {
    const planted = violations.filter(({ rule }) => rule === layers.name);
    let found: readonly string[];
    before(async () => {
      for (const { path, text } of planted) await project.write(path, text);
      found = await layers.find(project.root);
      for (const { path } of planted) await project.restore(path);
    });

    it('has each in a file of its own', () => {
      expect(new Set(planted.map(({ path }) => path))).to.have.property('size', planted.length);
    });

    for (const { what, path, complaint } of planted) {
      it(`sees ${what} (${layers.name})`, () => {
        expect(found.filter((line) => line.includes(path)).join('\n')).to.match(complaint);
      });
    }
  });

  for (const { rule: name, what, path, text, complaint } of violations.filter(({ rule }) => rule !== layers.name)) {
    it(`sees ${what} (${name})`, async () => {
      const rule = rules.find((each) => each.name === name);
      await project.write(path, text);
      try {
        expect((await rule?.find(project.root))?.join('\n')).to.match(complaint);
      } finally {
        await project.restore(path);
      }
    });
  }
});
