import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runSolc } from './solc.js';

/** A contract as solc made it, without optimization: quicker by far, and no test measures gas. */
export interface CompiledContract {
  readonly source: string;
  readonly name: string;
  /** JSON. */
  readonly abi: string;
  /** Creation code, and the code that it leaves, as hex with 0x. */
  readonly bytecode: string;
  readonly deployedBytecode: string;
}

interface Output {
  readonly sources?: Readonly<Record<string, { readonly ast: unknown }>>;
  readonly contracts?: Readonly<Record<string, Readonly<Record<string, OutputContract>>>>;
}

interface OutputContract {
  readonly abi: unknown;
  readonly evm: { readonly bytecode: { readonly object: string }; readonly deployedBytecode: { readonly object: string } };
}

/** The syntax tree of a file that parses. */
export const parse = (root: string, path: string, text: string): unknown =>
  runSolc<Output>(root, { [path]: text }, { stopAfter: 'parsing', outputSelection: { '*': { '': ['ast'] } } }).sources?.[path]?.ast;

/**
 * Compiles the contracts in `roots`; `changed` stands in for files on disk. Throws CompilerError.
 * @param root The project's folder.
 */
export const compile = (
  root: string,
  roots: readonly string[],
  changed: Readonly<Record<string, string>> = {},
): readonly CompiledContract[] => {
  const sources = Object.fromEntries(roots.map((path) => [path, readFileSync(join(root, path), 'utf8')]));
  const wanted = { '*': ['abi', 'evm.bytecode.object', 'evm.deployedBytecode.object'] };
  const { contracts = {} } = runSolc<Output>(
    root,
    { ...sources, ...changed },
    { metadata: { bytecodeHash: 'none', appendCBOR: false }, outputSelection: Object.fromEntries(roots.map((path) => [path, wanted])) },
  );
  return Object.entries(contracts).flatMap(([source, named]) =>
    Object.entries(named).map(([name, { abi, evm }]) => ({
      source,
      name,
      abi: JSON.stringify(abi),
      bytecode: `0x${evm.bytecode.object}`,
      deployedBytecode: `0x${evm.deployedBytecode.object}`,
    })),
  );
};
