import { access, constants, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { chainClients, type ChainClient } from '../devnet/chain-terms.js';
import type { Code } from './stage.js';

/** How the main job was asked to run. */
export interface Options {
  /** End after the last step. */
  readonly once: boolean;
  /** File to store; the repository's own text if undefined. */
  readonly file: string | undefined;
  /** Where the summary goes. */
  readonly json: string | undefined;
  readonly providers: number;
  readonly code: Code;
  /** Program that is the chain. */
  readonly chain: ChainClient;
  /** Run the packed, globally installed package instead of what this checkout has built. */
  readonly packed: boolean;
}

export const USAGE = `usage: npm start -- [--once] [--file PATH] [--json PATH] [--providers N] [--k K] [--n N] [--chain CLIENT] [--packed]

Starts a chain, contracts and providers on this machine, stores a file, takes a provider down, and fetches the file back.
  --once          end after the last step; the exit code says whether every step held
  --file PATH     store this file (default: this repository's own text, over 1 MiB)
  --json PATH     write the summary there
  --providers N   how many providers, more than N of the code (default: 7, one more than a file needs)
  --k K, --n N    K shards of N bring the file back, K less than N, since one is lost (default: 4 of 6)
  --chain CLIENT  hardhat or anvil (default: hardhat)
  --packed        everybody runs the packed package, installed globally in a folder of its own`;

/** An option that cannot be used. */
export class BadOption extends Error {
  override readonly name = 'BadOption';
}

const count = (name: string, text: string, min: number, max: number): number => {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= min && value <= max) return value;
  throw new BadOption(`--${name} is "${text}", and should be a whole number in ${min}…${max}`);
};

/** The options of `args`; undefined if help is asked for. Throws {@link BadOption} before anything is started. */
export const readOptions = async (args: readonly string[]): Promise<Options | undefined> => {
  const values = parse(args);
  if (values.help) return undefined;
  const n = count('n', values.n, 2, 255);
  const k = count('k', values.k, 1, n - 1);
  const providers = count('providers', values.providers ?? String(n + 1), n + 1, 64);
  const chain = chainClients.find((client) => client === values.chain);
  if (chain === undefined) throw new BadOption(`--chain is "${values.chain}", and should be ${chainClients.join(' or ')}`);
  const file = values.file === undefined ? undefined : resolve(values.file);
  if (file !== undefined) await requireFile(file);
  const json = values.json === undefined ? undefined : resolve(values.json);
  if (json !== undefined) await requireWritable(json);
  return { once: values.once, file, json, providers, code: { k, n }, chain, packed: values.packed };
};

const parse = (args: readonly string[]) => {
  try {
    return parseArgs({
      args: [...args],
      options: {
        once: { type: 'boolean', default: false },
        file: { type: 'string' },
        json: { type: 'string' },
        providers: { type: 'string' },
        k: { type: 'string', default: '4' },
        n: { type: 'string', default: '6' },
        chain: { type: 'string', default: 'hardhat' },
        packed: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new BadOption(error instanceof Error ? error.message : String(error));
  }
};

const requireFile = async (path: string): Promise<void> => {
  try {
    await access(path, constants.R_OK);
    const found = await stat(path);
    if (found.isFile() && found.size > 0) return;
  } catch (error) {
    throw new BadOption(`--file ${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  throw new BadOption(`--file ${path} is no plain file, or an empty one: nothing would be audited`);
};

const requireWritable = async (path: string): Promise<void> => {
  await access(dirname(path), constants.W_OK).catch(() => {
    throw new BadOption(`--json ${path} cannot be written: its folder is missing or closed`);
  });
};
