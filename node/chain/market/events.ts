import type { Interface, Log, ParamType, Result } from 'ethers';
import { blockNumber, hash, type Address } from '../../core/units.js';
import type { MarketEvent } from '../../ports/settlement.js';
import type { MarketContracts } from './contracts.js';

const plainValue = (type: ParamType, value: unknown): unknown => {
  if (type.baseType === 'address') return String(value).toLowerCase();
  if (type.isArray()) return (value as Result).map((item: unknown) => plainValue(type.arrayChildren, item));
  if (type.isTuple()) return plainArguments(type.components, value as Result);
  return value;
};

/** ethers throws when a string is read that is not UTF-8; contracts take any bytes. */
const valueAt = (values: Result, index: number): unknown => {
  try {
    return values[index];
  } catch {
    return '';
  }
};

/** Arguments by name: addresses in lower case, lists and structs as plain values. */
export const plainArguments = (types: readonly ParamType[], values: Result): Record<string, unknown> =>
  Object.fromEntries(types.map((type, index) => [type.name, plainValue(type, valueAt(values, index))]));

/** What decodes the logs of our contracts; undefined for a log that is not one of their events. */
export type EventDecoder = (log: Log) => MarketEvent | undefined;

export const eventDecoder = ({ market, registry, rewardPool, token, addresses }: MarketContracts): EventDecoder => {
  const interfaces = new Map<Address, Pick<Interface, 'parseLog'>>([
    [addresses.market, market.interface],
    [addresses.registry, registry.interface],
    [addresses.rewardPool, rewardPool.interface],
    [addresses.token, token.interface],
  ]);
  return (log) => {
    const parsed = interfaces.get(log.address.toLowerCase() as Address)?.parseLog(log);
    if (parsed === null || parsed === undefined) return undefined;
    return {
      name: parsed.name,
      args: plainArguments(parsed.fragment.inputs, parsed.args),
      block: blockNumber(log.blockNumber),
      blockHash: hash(log.blockHash),
      transaction: hash(log.transactionHash),
      logIndex: log.index,
    };
  };
};
