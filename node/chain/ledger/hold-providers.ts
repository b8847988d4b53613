import { HoldfastError } from '../../core/errors/holdfast-error.js';
import type { NamedEvent } from '../../core/ledger/transfers.js';
import type { WatchedContracts } from '../../core/ledger/watched.js';
import { firstBlockOf } from '../../core/market/schedule.js';
import { IProviderRegistry__factory } from '../contracts/factories/interfaces/IProviderRegistry__factory.js';
import { IStorageMarket__factory } from '../contracts/factories/interfaces/IStorageMarket__factory.js';
import type { BlockSource } from './block-source.js';
import { contractAnswers } from './contract-answers.js';
import type { BalanceCheck } from './verify-balances.js';

export interface ProvidersToHold {
  readonly source: BlockSource;
  readonly contracts: Pick<WatchedContracts, 'market' | 'registry'>;
  /** First block that the events are of. */
  readonly start: number;
  readonly genesisBlock: number;
  readonly periodBlocks: number;
}

const market = IStorageMarket__factory.createInterface();
const registry = IProviderRegistry__factory.createInterface();

/** Owners of all providers as of `block`, in order; undefined where the RPC has no such state. */
const providersAt = async ({ source, contracts }: ProvidersToHold, block: number, signal: AbortSignal): Promise<string[] | undefined> => {
  const { registry: to } = contracts;
  const [count] = await contractAnswers(source, [{ to, data: registry.encodeFunctionData('count') }], block, signal);
  if (count === undefined) return undefined;
  const places = Array.from({ length: Number(count) }, (_, place) => ({ to, data: registry.encodeFunctionData('providerAt', [place]) }));
  const answers = await contractAnswers(source, places, block, signal);
  return answers.flatMap((answer) =>
    answer === undefined ? [] : [String(registry.decodeFunctionResult('providerAt', answer)[0]).toLowerCase()],
  );
};

/**
 * Requires that the events tell of each registration since `start`, which the registry dates, and of each provider's newest proof, which
 * the market remembers. LOGS_INCOMPLETE.
 */
export const holdProviders = async (
  options: ProvidersToHold,
  events: readonly NamedEvent[],
  block: number,
  signal: AbortSignal,
): Promise<BalanceCheck> => {
  const { source, contracts, start, genesisBlock, periodBlocks } = options;
  const incomplete = (what: string, told: number, held: number): HoldfastError =>
    new HoldfastError('LOGS_INCOMPLETE', { url: source.name, what, told, held });
  const providers = await providersAt(options, block, signal);
  if (providers === undefined) return { checked: 0, refused: 1 };
  const to = contracts.registry;
  const records = providers.map((provider) => ({ to, data: registry.encodeFunctionData('record', [provider]) }));
  const accounts = providers.map((provider) => ({ to: contracts.market, data: market.encodeFunctionData('accountOf', [provider]) }));
  const answers = await contractAnswers(source, [...records, ...accounts], block, signal);

  const isSince = (record: string | undefined): boolean =>
    record !== undefined && (registry.decodeFunctionResult('record', record)[0] as { registeredAt: bigint }).registeredAt >= BigInt(start);
  const due = answers.slice(0, providers.length).filter(isSince).length;
  const registered = events.filter(({ name }) => name === 'ProviderRegistered').length;
  if (registered < due) throw incomplete('registrations of providers', registered, due);

  const proofs = events.filter(({ name }) => name === 'Proven').map(({ args }) => `${String(args['provider'])} ${String(args['period'])}`);
  const proven = new Set(proofs);
  for (const [index, provider] of providers.entries()) {
    const account = answers[providers.length + index];
    if (account === undefined) continue;
    const { lastProven, syncedThrough } = market.decodeFunctionResult('accountOf', account)[0] as Record<string, bigint>;
    // The first period with data counts as proven, and as synced, without a proof.
    if (lastProven === undefined || syncedThrough === undefined || lastProven <= syncedThrough) continue;
    if (firstBlockOf(Number(lastProven), genesisBlock, periodBlocks) < start || proven.has(`${provider} ${lastProven}`)) continue;
    throw incomplete(`proofs of provider ${provider} for period ${lastProven}`, 0, 1);
  }
  const refused = answers.filter((answer) => answer === undefined).length;
  return { checked: answers.length - refused, refused };
};
