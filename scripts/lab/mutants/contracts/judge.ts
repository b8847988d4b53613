import { compile, type CompiledContract } from '../../solidity/compile.js';
import { CompilerError } from '../../solidity/solc.js';
import type { Mutant } from '../mutant.js';
import type { SourceTree } from '../sources.js';
import type { Verdict } from '../verdict.js';
import { isSuite, type SuiteRunner } from './runner.js';
import { tiersFor } from './tiers.js';

const key = ({ source, name }: CompiledContract): string => `${source}:${name}`;

/** Not for judging: here nothing is optimized, so that sizes say nothing, and going through every case takes long each time. */
const LEFT_OUT = /\/(Sizes|\w+Whole)\.t\.sol$/;

/** Files whose contracts the tests deploy by name (`vm.getCode`) rather than compile in. */
const DEPLOYED = ['test/contracts/invariants/MarketHarness.sol', 'test/contracts/invariants/FickleToken.sol'];

/**
 * Runs the tests against `mutant` until one fails. Only what the changed file is part of is compiled again.
 * @param compiled Everything, as it is without the change.
 */
export const judge = async (
  mutant: Mutant,
  root: string,
  tree: SourceTree,
  compiled: readonly CompiledContract[],
  runner: SuiteRunner,
): Promise<Verdict> => {
  const artifacts = new Map(compiled.map((contract) => [key(contract), contract]));
  const recompiled = new Set<string>();
  const recompile = (files: readonly string[]): void => {
    const affected = files.filter((file) => !recompiled.has(file) && tree.closureOf(file).has(mutant.path));
    for (const file of affected) recompiled.add(file);
    if (affected.length === 0) return;
    const made = compile(root, affected, { [mutant.path]: mutant.mutated });
    // The changed file is given to the compiler whether it was asked for or not.
    for (const contract of made.filter(({ source }) => affected.includes(source))) artifacts.set(key(contract), contract);
  };
  const deployed = compiled.filter(({ source, bytecode }) => source.startsWith('contracts/') && bytecode !== '0x');
  const testFiles = [...new Set(compiled.filter(isSuite).map(({ source }) => source))].filter((file) => !LEFT_OUT.test(file)).sort();
  try {
    recompile([...new Set(deployed.map(({ source }) => source))]);
    for (const tier of tiersFor(mutant, testFiles)) {
      for (const file of tier.files) {
        recompile(file.includes('/invariants/') ? [file, ...DEPLOYED] : [file]);
        for (const suite of [...artifacts.values()].filter((each) => each.source === file && isSuite(each))) {
          const test = await runner.failureOf(suite, [...artifacts.values()], tier);
          if (test !== undefined) return { kind: 'caught', file, test };
        }
      }
    }
  } catch (error) {
    if (error instanceof CompilerError) return { kind: 'uncompilable', reason: error.message };
    throw error;
  }
  return { kind: 'survived' };
};
