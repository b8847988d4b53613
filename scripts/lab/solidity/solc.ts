import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

interface Complaints {
  readonly errors?: readonly { readonly severity: string; readonly formattedMessage: string }[];
}

type Solc = { compile(input: string, callbacks: { import(path: string): { contents: string } | { error: string } }): string };

const solc = createRequire(import.meta.url)('solc') as Solc;

/** What the compiler said against the sources. */
export class CompilerError extends Error {
  override readonly name = 'CompilerError';
}

/**
 * Runs the compiler that Hardhat uses over `sources`, text by path; what they import is read from disk. Throws CompilerError.
 * @param root The project's folder.
 * @param settings Of solc's standard JSON; the EVM is the project's.
 * @returns Solc's standard JSON output.
 */
export const runSolc = <Output>(root: string, sources: Readonly<Record<string, string>>, settings: object): Output => {
  const content = Object.fromEntries(Object.entries(sources).map(([path, text]) => [path, { content: text }]));
  const importFile = (path: string): { contents: string } | { error: string } => {
    try {
      return { contents: readFileSync(path.startsWith('@') ? join(root, 'node_modules', path) : join(root, path), 'utf8') };
    } catch (error) {
      return { error: String(error) };
    }
  };
  const input = JSON.stringify({ language: 'Solidity', sources: content, settings: { evmVersion: 'cancun', ...settings } });
  const output = JSON.parse(solc.compile(input, { import: importFile })) as Output & Complaints;
  const errors = (output.errors ?? []).filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new CompilerError(errors.map(({ formattedMessage }) => formattedMessage).join('\n'));
  return output;
};
