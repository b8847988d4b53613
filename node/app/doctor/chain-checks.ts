import { isHoldfastError } from '../../core/errors/holdfast-error.js';
import { refusalOf } from '../../core/market/networks.js';
import { chainIdOf } from '../book/find-book.js';
import { systemClock } from '../clock.js';
import { ok, problem, type Check, type Verdict } from './check.js';
import type { Answer } from './facts.js';

const failureOf = (answer: Answer): string | undefined => {
  if ('glance' in answer) return undefined;
  return isHoldfastError(answer.error) ? answer.error.message : String(answer.error);
};

const chainsOf = (answers: readonly Answer[]): readonly bigint[] => [
  ...new Set(answers.flatMap((answer) => ('glance' in answer ? [answer.glance.chainId] : []))),
];

/** Every RPC answers, and all serve the chain that the settings mean. */
export const rpcCheck: Check = {
  name: 'rpc',
  look: async (facts) => {
    const answers = await facts.answers.learn();
    const failures = answers.map(failureOf).filter((failure) => failure !== undefined);
    if (failures.length > 0)
      return problem(
        failures.join('; '),
        'Check that the node runs and that the address is right (--rpc, HOLDFAST_RPC, or "rpc" in config.json).',
      );
    const chains = chainsOf(answers);
    const [chainId, another] = chains;
    if (chainId === undefined || another !== undefined)
      return problem(`the RPCs serve different chains: ${chains.join(', ')}`, 'Name RPCs of one chain in "rpc" of config.json.');
    const refusal = refusalOf(chainId);
    if (refusal !== undefined) return problem(`Holdfast does not run on chain ${chainId}: ${refusal}`, 'Use another network.');
    const { network } = await facts.settings.known();
    const meant = chainIdOf(network);
    if (meant !== undefined && meant !== chainId)
      return problem(
        `the RPC serves chain ${chainId}, and network ${network} is chain ${meant}`,
        'Correct "rpc" or "network" in config.json.',
      );
    const names = answers.flatMap((answer) => ('glance' in answer ? [`${answer.glance.url} at block ${answer.glance.block}`] : []));
    return ok(`chain ${chainId}: ${names.join(', ')}`);
  },
};

/** How far a block's time may be ahead of ours, seconds: nodes take blocks up to 15 s in the future. */
const AHEAD_SECONDS = 15;
/** How many block times may pass without a block, and at least how many seconds. */
const BLOCKS_LATE = 10;
const LEAST_SECONDS_LATE = 30;

/** This machine's time against the newest block's. */
export const clockVerdict = (nowMilliseconds: number, timestamp: number, blockMilliseconds: number): Verdict => {
  const age = Math.round(nowMilliseconds / 1000 - timestamp);
  if (age < -AHEAD_SECONDS)
    return problem(
      `the newest block is ${-age} s ahead of this machine's clock`,
      'Set the clock: turn on NTP (systemd-timesyncd, chrony).',
    );
  const late = Math.max(LEAST_SECONDS_LATE, Math.ceil((BLOCKS_LATE * blockMilliseconds) / 1000));
  if (age > late)
    return problem(
      `the newest block is ${age} s old, and blocks come every ${blockMilliseconds / 1000} s`,
      'The RPC lags behind, the chain stands still, or the clock of this machine is ahead: compare with another RPC and with NTP.',
    );
  return ok(`the newest block is ${Math.max(0, age)} s old`);
};

export const clockCheck: Check = {
  name: 'clock',
  look: async (facts) => {
    const { timestamp } = await facts.chain.known();
    return clockVerdict(systemClock.now(), timestamp, await facts.blockMilliseconds.known());
  },
};

/** The address book is there. */
export const bookCheck: Check = {
  name: 'book',
  look: async (facts) => {
    const settings = await facts.settings.known();
    // Without a name of a file or network the chain decides, and an RPC that does not answer has its own line.
    if (settings.book === undefined && chainIdOf(settings.network) === undefined) await facts.chain.known();
    const book = await facts.book.learn();
    return ok(`${book.network}, ${settings.book ?? 'from the package'}`);
  },
};

const spanOf = (milliseconds: number): string => {
  const [unit, size] = (
    [
      ['days', 86_400_000],
      ['hours', 3_600_000],
      ['minutes', 60_000],
    ] as const
  ).find(([, each]) => milliseconds >= each) ?? ['seconds', 1000];
  return `${Math.round((10 * milliseconds) / size) / 10} ${unit}`;
};

/** The contracts are the book's. */
export const contractsCheck: Check = {
  name: 'contracts',
  look: async (facts) => {
    const { reader, book } = await facts.reader.learn();
    const { periodBlocks, windowBlocks } = reader.parameters;
    const span = (blocks: number): string => `${blocks} blocks (${spanOf(blocks * book.blockMilliseconds)})`;
    return ok(`market ${reader.identity.market}, a period of ${span(periodBlocks)}, a window of ${span(windowBlocks)}`);
  },
};
