/** A process that judges one mutant at a time: `worker.ts COMPILED`, where COMPILED is a file of compiled contracts. */
import { readFileSync } from 'node:fs';
import type { CompiledContract } from '../../solidity/compile.js';
import type { Mutant } from '../mutant.js';
import { judge } from './judge.js';
import { createSuiteRunner } from './runner.js';
import { readContracts } from './solidity-sources.js';

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error('usage: worker.ts COMPILED');
const root = process.cwd();
const tree = readContracts(root);
const compiled = JSON.parse(readFileSync(file, 'utf8')) as readonly CompiledContract[];
const runner = await createSuiteRunner(root);

process.on('message', (mutant: Mutant) => {
  void judge(mutant, root, tree, compiled, runner).then(
    (verdict) => process.send?.(verdict),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
process.send?.('ready');
