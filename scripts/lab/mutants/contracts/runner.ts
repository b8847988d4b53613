import {
  CollectStackTraces,
  EdrContext,
  FsAccessPermission,
  L1_CHAIN_TYPE,
  l1GenesisState,
  l1HardforkFromString,
  l1SolidityTestRunnerFactory,
  TestStatus,
  type Artifact,
  type SuiteResult,
} from '@nomicfoundation/edr';
import type { CompiledContract } from '../../solidity/compile.js';

const HARDFORK = 'osaka';
/** The same inputs in every run, so that a result can be had again. */
const FUZZ_SEED = '0x686f6c6466617374';
/** Gas of a test: a mutant that loops for ever runs out of it. No test of ours needs that much. */
const GAS_LIMIT = 400_000_000n;
const SOLC_VERSION = '0.8.37';

export interface Thoroughness {
  readonly fuzzRuns: number;
  readonly invariantRuns: number;
}

/** Runs suites of Solidity tests in this process, with the runner that Hardhat uses. */
export interface SuiteRunner {
  /** The name of the first failing test of contract `suite`, or undefined if all pass. */
  failureOf(suite: CompiledContract, all: readonly CompiledContract[], how: Thoroughness): Promise<string | undefined>;
}

const artifactOf = ({ source, name, abi, bytecode, deployedBytecode }: CompiledContract): Artifact => ({
  id: { source, name, solcVersion: SOLC_VERSION },
  contract: { abi, bytecode, deployedBytecode, linkReferences: {}, deployedLinkReferences: {} },
});

/** Whether `contract` holds tests. */
export const isSuite = ({ bytecode, abi }: CompiledContract): boolean =>
  bytecode !== '0x' &&
  (JSON.parse(abi) as readonly { type: string; name?: string }[]).some(
    ({ type, name }) => type === 'function' && /^(test|invariant)/.test(name ?? ''),
  );

export const createSuiteRunner = async (root: string): Promise<SuiteRunner> => {
  const context = new EdrContext();
  await context.registerSolidityTestRunnerFactory(L1_CHAIN_TYPE, l1SolidityTestRunnerFactory());
  const fixed = {
    projectRoot: root,
    hardfork: HARDFORK,
    fsPermissions: [{ access: FsAccessPermission.ReadDirectory, path: './test/vectors' }],
    localPredeploys: l1GenesisState(l1HardforkFromString(HARDFORK)),
    gasLimit: GAS_LIMIT,
    disableBlockGasLimit: true,
    disableTransactionGasCap: true,
    collectStackTraces: CollectStackTraces.OnFailure,
  };
  return {
    failureOf: async (suite, all, { fuzzRuns, invariantRuns }) => {
      const { promise, resolve } = Promise.withResolvers<SuiteResult>();
      await context.runSolidityTests(
        L1_CHAIN_TYPE,
        all.map(artifactOf),
        [artifactOf(suite).id],
        {
          ...fixed,
          fuzz: { runs: fuzzRuns, seed: FUZZ_SEED },
          invariant: { runs: invariantRuns, depth: 64, failOnRevert: true },
        },
        {},
        resolve,
      );
      // The runner may be done before it hands out the result.
      const tests = (await promise).testResults.map(({ name, status }) => ({ name, failed: status !== TestStatus.Success }));
      if (tests.length === 0) throw new Error(`${suite.source}:${suite.name} ran no test`);
      return tests
        .filter(({ failed }) => failed)
        .map(({ name }) => name)
        .sort()[0];
    },
  };
};
