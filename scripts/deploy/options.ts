import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { parseUnits } from 'ethers';
import { HoldfastError } from '../../node/core/errors/holdfast-error.js';
import { networks } from '../../node/core/market/networks.js';
import { address, type Address } from '../../node/core/units.js';

/** How a deployment was asked for. */
export interface DeployCommand {
  readonly network: string | undefined;
  /** Path of a file that describes a network which has no name here. */
  readonly parameters: string | undefined;
  readonly rpc: string | undefined;
  readonly home: string | undefined;
  readonly passwordFile: string | undefined;
  readonly token: Address | undefined;
  readonly out: string | undefined;
  /** Most wei for a unit of gas. */
  readonly maxFeePerGas: bigint | undefined;
  readonly confirmations: number | undefined;
  readonly patienceMilliseconds: number;
  readonly bumpMilliseconds: number;
  readonly dryRun: boolean;
  readonly restart: boolean;
  readonly json: boolean;
}

export const USAGE = `usage: npm run deploy -- --network NAME [options]
       npm run deploy -- --parameters FILE --rpc URL [options]

Deploys token, registry, vault, market and view, and writes their address book. What was interrupted goes on; what is done is
checked and left alone.

  --network NAME        ${networks.map(({ name }) => name).join(', ')}
  --parameters FILE     another network, described in JSON (below)
  --rpc URL             JSON-RPC of the chain (default: HOLDFAST_RPC, "rpc" of config.json; localhost: http://127.0.0.1:8545)
  --home FOLDER         keys, settings and the journal of the deployment (default: ~/.holdfast, or HOLDFAST_HOME)
  --password-file FILE  read the keystore's password there instead of asking
  --token ADDRESS       use this ERC-20 instead of deploying HoldToken with a faucet
  --dry-run             print costs, addresses and parameters, and send nothing; needs no password
  --out FILE            write the address book there (default: deployments/CHAINID.json; chain 31337: into --home)
  --max-fee GWEI        most to pay for a unit of gas
  --confirmations N     blocks on top before it counts as done (default: by network)
  --bump-after SECONDS  raise the fee of a transaction that waits longer (default: 180)
  --patience SECONDS    wait that long for an RPC that does not answer (default: 30)
  --restart             leave what is there and deploy new contracts
  --json                print one JSON object and nothing else

Example
  $ npm run deploy -- --network sepolia --rpc https://sepolia.example --dry-run

A file for --parameters; what is left out of "parameters" is as on every network, and without "token" give --token:
  { "name": "mychain", "chainId": "777", "family": "ethereum", "blockMilliseconds": 2000, "confirmations": 3,
    "token": { "supply": "1000000000", "faucet": "1000" }, "parameters": { "periodBlocks": 1800, "windowBlocks": 256 } }`;

const parse = (args: readonly string[]) => {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  try {
    return parseArgs({
      args: [...args],
      options: {
        network: text,
        parameters: text,
        rpc: text,
        home: text,
        'password-file': text,
        token: text,
        out: text,
        'max-fee': text,
        confirmations: text,
        'bump-after': { ...text, default: '180' },
        patience: { ...text, default: '30' },
        'dry-run': flag,
        restart: flag,
        json: flag,
        help: flag,
      },
    }).values;
  } catch (cause) {
    throw new HoldfastError('USAGE', { detail: cause instanceof Error ? cause.message : String(cause) }, { cause });
  }
};

const parsed = <Value>(option: string, value: string, expected: string, read: (text: string) => Value): Value => {
  try {
    return read(value);
  } catch (cause) {
    throw new HoldfastError('BAD_OPTION', { option, value, expected }, { cause });
  }
};

const whole = (option: string, value: string, min: number, max: number): number =>
  parsed(option, value, `a whole number in ${min}…${max}`, (text) => {
    const number = Number(text);
    if (!/^\d+$/.test(text) || number < min || number > max) throw new RangeError(text);
    return number;
  });

const gwei = (text: string): bigint => {
  const fee = parseUnits(text, 'gwei');
  if (fee <= 0n) throw new RangeError(text);
  return fee;
};

/** The command that `args` mean; undefined if help is asked for. USAGE, BAD_OPTION, OPTION_MISSING. */
export const readCommand = (args: readonly string[]): DeployCommand | undefined => {
  const values = parse(args);
  if (values.help) return undefined;
  const { network, parameters, token, out } = values;
  if (network === undefined && parameters === undefined)
    throw new HoldfastError('OPTION_MISSING', { option: '--network', expected: 'the name of a network, or --parameters FILE' });
  if (network !== undefined && parameters !== undefined)
    throw new HoldfastError('USAGE', { detail: '--network and --parameters exclude each other' });
  const fee = values['max-fee'];
  return {
    network,
    parameters,
    rpc: values.rpc,
    home: values.home,
    passwordFile: values['password-file'],
    token: token === undefined ? undefined : parsed('--token', token, 'an address, 0x and 40 hex digits', address),
    out: out === undefined ? undefined : resolve(out),
    maxFeePerGas: fee === undefined ? undefined : parsed('--max-fee', fee, 'an amount of gwei such as 30 or 1.5', gwei),
    confirmations: values.confirmations === undefined ? undefined : whole('--confirmations', values.confirmations, 0, 1_000),
    patienceMilliseconds: 1_000 * whole('--patience', values.patience, 0, 86_400),
    bumpMilliseconds: 1_000 * whole('--bump-after', values['bump-after'], 1, 86_400),
    dryRun: values['dry-run'],
    restart: values.restart,
    json: values.json,
  };
};
