import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

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
  readonly errors?: readonly { readonly severity: string; readonly formattedMessage: string }[];
  readonly sources?: Readonly<Record<string, { readonly ast: unknown }>>;
  readonly contracts?: Readonly<Record<string, Readonly<Record<string, OutputContract>>>>;
}

interface OutputContract {
  readonly abi: unknown;
  readonly evm: { readonly bytecode: { readonly object: string }; readonly deployedBytecode: { readonly object: string } };
}

type Solc = { compile(input: string, callbacks: { import(path: string): { contents: string } | { error: string } }): string };

const solc = createRequire(import.meta.url)('solc') as Solc;

/** What the compiler said against the sources. */
export class CompilerError extends Error {
  override readonly name = 'CompilerError';
}

const run = (root: string, sources: Readonly<Record<string, string>>, settings: object): Output => {
  const content = Object.fromEntries(Object.entries(sources).map(([path, text]) => [path, { content: text }]));
  const importFile = (path: string): { contents: string } | { error: string } => {
    try {
      return { contents: readFileSync(path.startsWith('@') ? join(root, 'node_modules', path) : join(root, path), 'utf8') };
    } catch (error) {
      return { error: String(error) };
    }
  };
  const input = JSON.stringify({ language: 'Solidity', sources: content, settings: { evmVersion: 'cancun', ...settings } });
  const output = JSON.parse(solc.compile(input, { import: importFile })) as Output;
  const errors = (output.errors ?? []).filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new CompilerError(errors.map(({ formattedMessage }) => formattedMessage).join('\n'));
  return output;
};

/** The syntax tree of a file that parses. */
export const parse = (root: string, path: string, text: string): unknown =>
  run(root, { [path]: text }, { stopAfter: 'parsing', outputSelection: { '*': { '': ['ast'] } } }).sources?.[path]?.ast;

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
  const { contracts = {} } = run(
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
