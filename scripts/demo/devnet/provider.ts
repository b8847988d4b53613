import type { Address } from '../../../node/core/units.js';
import type { GuardedProcess } from './guarded-process.js';
import { createPerson, type Network, type Person } from './person.js';

/** A provider with keys of its own, not yet registered. */
export interface Newcomer {
  readonly person: Person;
  /** Owner's address: stake and earnings are its own. */
  readonly provider: Address;
}

/** A provider whose daemon runs. */
export interface RunningProvider extends Newcomer {
  readonly daemon: GuardedProcess;
}

/** What every provider of a devnet asks and brings. */
export interface ProviderTerms {
  /** Tokens per GiB-period. */
  readonly periodPrice: string;
  /** Tokens per GiB read. Default: none. */
  readonly egressPrice?: string;
  /** Tokens put at stake. */
  readonly stake: string;
  /** Coin for the operator key, which pays for proofs. */
  readonly operatorCoin: string;
  readonly capacity: string;
}

const READY_MILLISECONDS = 60_000;

/** Makes the wallet of a new provider. */
export const createNewcomer = async (folder: string, name: string, network: Network): Promise<Newcomer> => {
  const person = await createPerson(folder, name, network);
  const { address } = await person.holdfast(['wallet', 'new']);
  return { person, provider: address as Address };
};

/** Registers a funded newcomer, whose daemon will listen on a free port of 127.0.0.1, and stakes. */
export const enterMarket = async (
  { person }: Newcomer,
  { periodPrice, egressPrice = '0', stake, operatorCoin, capacity }: ProviderTerms,
): Promise<void> => {
  await person.holdfast([
    ...['provider', 'init', '--period-price', periodPrice, '--egress-price', egressPrice, '--capacity', capacity],
    ...['--listen', '/ip4/127.0.0.1/tcp/0', '--operator-coin', operatorCoin],
  ]);
  await person.holdfast(['provider', 'stake', stake]);
};

/** Starts the daemon of a provider that is registered, and waits until it serves. */
export const runDaemon = async (person: Person): Promise<GuardedProcess> => {
  const daemon = await person.start(['provider', 'run']);
  await daemon.line(/is up\.$/, AbortSignal.timeout(READY_MILLISECONDS));
  return daemon;
};
