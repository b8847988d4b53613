import type { Interface } from 'ethers';
import type { BlockRecord, ReportedLog } from '../../core/ledger/chunk.js';
import type { WatchedContracts } from '../../core/ledger/watched.js';
import { blockNumber, type BlockNumber, type Hash } from '../../core/units.js';
import type { MarketEvent } from '../../ports/settlement.js';
import { IHoldToken__factory } from '../contracts/factories/interfaces/IHoldToken__factory.js';
import { IProviderRegistry__factory } from '../contracts/factories/interfaces/IProviderRegistry__factory.js';
import { IRewardPool__factory } from '../contracts/factories/interfaces/IRewardPool__factory.js';
import { IStorageMarket__factory } from '../contracts/factories/interfaces/IStorageMarket__factory.js';
import { plainArguments } from '../market/events.js';

/** A block of the settlement history: a link of the chain, and what our contracts did in it. */
export interface LedgerRecord {
  readonly block: BlockNumber;
  readonly hash: Hash;
  readonly parentHash: Hash;
  /** Seconds since 1970. */
  readonly timestamp: number;
  readonly events: readonly MarketEvent[];
}

/** Name of an event that this version of the contracts' interfaces does not have. */
export const UNKNOWN_EVENT = 'Unknown';

/** Decodes records of the market that `contracts` are. */
export const ledgerDecoder = (contracts: WatchedContracts): ((record: BlockRecord) => LedgerRecord) => {
  const interfaces = new Map<string, Pick<Interface, 'parseLog'>>([
    [contracts.market, IStorageMarket__factory.createInterface()],
    [contracts.registry, IProviderRegistry__factory.createInterface()],
    [contracts.rewardPool, IRewardPool__factory.createInterface()],
    [contracts.token, IHoldToken__factory.createInterface()],
  ]);

  const namedOf = ({ address, topics, data }: ReportedLog): Pick<MarketEvent, 'name' | 'args'> => {
    const unknown = { name: UNKNOWN_EVENT, args: { contract: address, topics, data } };
    try {
      const parsed = interfaces.get(address)?.parseLog({ topics: [...topics], data });
      return parsed ? { name: parsed.name, args: plainArguments(parsed.fragment.inputs, parsed.args) } : unknown;
    } catch {
      // Bytes that are not what the event's name says: shown as they are.
      return unknown;
    }
  };

  const eventOf = (log: ReportedLog): MarketEvent => ({
    ...namedOf(log),
    block: blockNumber(log.block),
    blockHash: log.blockHash,
    transaction: log.transaction,
    logIndex: log.logIndex,
  });

  return ({ block, hash, parentHash, timestamp, logs }) => ({ block, hash, parentHash, timestamp, events: logs.map(eventOf) });
};
