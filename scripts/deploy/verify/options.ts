import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { HoldfastError } from '../../../node/core/errors/holdfast-error.js';
import { networkNamed, networks } from '../../../node/core/market/networks.js';

/** Kinds of block explorers that Hardhat's plugin talks to. */
export const explorers = ['etherscan', 'blockscout', 'sourcify'] as const;
export type Explorer = (typeof explorers)[number];

/** Which deployment is shown to which explorer. */
export interface VerifyCommand {
  /** Path of the address book; what the compiler got lies beside it. */
  readonly book: string;
  readonly rpc: string;
  readonly explorer: Explorer;
  /** The explorer's API, where it is not the one that the plugin knows for the chain. */
  readonly apiUrl: string | undefined;
  readonly apiKey: string | undefined;
}

export const USAGE = `usage: npm run verify -- (--network NAME | --book FILE) --rpc URL [--explorer KIND] [--api-url URL]

Shows the sources of every contract of a deployment to a block explorer, through Hardhat's verify plugin. What is sent is also
written beside the address book, for verifying by hand.

  --network NAME    ${networks
    .filter(({ chainId }) => chainId !== undefined)
    .map(({ name }) => name)
    .join(', ')}: the book deployments/CHAINID.json
  --book FILE       another address book
  --rpc URL         JSON-RPC of the chain (default: HOLDFAST_RPC)
  --explorer KIND   ${explorers.join(', ')} (default: sourcify, which needs no key)
  --api-url URL     API of an explorer that the plugin does not know

Etherscan needs a key of its own, in ETHERSCAN_API_KEY.

Example
  $ npm run verify -- --network sepolia --rpc https://sepolia.example --explorer blockscout`;

const DEPLOYMENTS = resolve(import.meta.dirname, '../../../deployments');

const bookOf = (name: string | undefined, book: string | undefined): string => {
  if (book !== undefined) return resolve(book);
  if (name === undefined)
    throw new HoldfastError('OPTION_MISSING', { option: '--network', expected: 'the name of a network, or --book FILE' });
  const chainId = networkNamed(name)?.chainId;
  if (chainId === undefined) throw new HoldfastError('NETWORK_UNKNOWN', { name, known: networks.map((each) => each.name).join(', ') });
  return join(DEPLOYMENTS, `${chainId}.json`);
};

const parse = (args: readonly string[]) => {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({
      args: [...args],
      options: { network: text, book: text, rpc: text, explorer: text, 'api-url': text, help: { type: 'boolean', default: false } },
    }).values;
  } catch (cause) {
    throw new HoldfastError('USAGE', { detail: cause instanceof Error ? cause.message : String(cause) }, { cause });
  }
};

/** The command that `args` mean; undefined if help is asked for. USAGE, BAD_OPTION, OPTION_MISSING, NETWORK_UNKNOWN, RPC_MISSING. */
export const readVerifyCommand = (
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>> = process.env,
): VerifyCommand | undefined => {
  const values = parse(args);
  if (values.help) return undefined;
  const { explorer = 'sourcify' } = values;
  const kind = explorers.find((each) => each === explorer);
  if (kind === undefined) throw new HoldfastError('BAD_OPTION', { option: '--explorer', value: explorer, expected: explorers.join(', ') });
  const rpc = values.rpc ?? env['HOLDFAST_RPC'];
  if (rpc === undefined) throw new HoldfastError('RPC_MISSING', {});
  return {
    book: bookOf(values.network, values.book),
    rpc,
    explorer: kind,
    apiUrl: values['api-url'],
    apiKey: env['ETHERSCAN_API_KEY'],
  };
};
