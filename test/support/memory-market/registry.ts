import { peerIdFromString } from '@libp2p/peer-id';
import { hexlify, toUtf8Bytes } from 'ethers';
import type { Ask } from '../../../node/core/market/deal.js';
import { HoldfastError } from '../../../node/core/errors/holdfast-error.js';
import type { Address } from '../../../node/core/units.js';
import type { SettlementAction } from '../../../node/ports/settlement.js';
import { setLockLimit } from './stakes.js';
import { ZERO_ADDRESS, type MarketCall, type ProviderState } from './state.js';

const askArgs = (ask: Ask): Record<string, bigint> => ({
  price: ask.price,
  egressPrice: ask.egressPrice,
  minLeaves: BigInt(ask.minLeaves),
  maxLeaves: BigInt(ask.maxLeaves),
  maxPeriods: BigInt(ask.maxPeriods),
});

/** The bytes on chain of a peer id; a name that is none (in tests without a network) stands for its own text. */
const peerBytes = (peerId: string): Uint8Array => {
  try {
    return peerIdFromString(peerId).toMultihash().bytes;
  } catch {
    return toUtf8Bytes(peerId);
  }
};

const checkEndpoint = (peerId: string, addresses: readonly string[]): void => {
  const sizes = { peerIdLength: BigInt(peerBytes(peerId).length), addressesLength: BigInt(toUtf8Bytes(addresses.join('\n')).length) };
  const good = sizes.peerIdLength >= 1n && sizes.peerIdLength <= 64n && sizes.addressesLength >= 1n && sizes.addressesLength <= 512n;
  if (!good) throw new HoldfastError('BAD_ENDPOINT', sizes);
};

const registered = (call: MarketCall, provider: Address): ProviderState => {
  const found = call.state.providers.get(provider);
  if (!found) throw new HoldfastError('NOT_REGISTERED', { provider });
  return found;
};

const controlled = (call: MarketCall, provider: Address): ProviderState => {
  const found = registered(call, provider);
  if (call.caller !== provider && call.caller !== found.operator)
    throw new HoldfastError('NOT_PROVIDER', { provider, caller: call.caller });
  return found;
};

type Registration = Omit<Extract<SettlementAction, { kind: 'register' }>, 'kind'>;

export const register = (call: MarketCall, { operator, peerId, addresses, ask, lockLimit }: Registration): void => {
  const provider = call.caller;
  if (call.state.providers.has(provider)) throw new HoldfastError('ALREADY_REGISTERED', { provider });
  if (operator === ZERO_ADDRESS) throw new HoldfastError('ZERO_OPERATOR', {});
  checkEndpoint(peerId, addresses);
  call.state.providers.set(provider, {
    provider,
    operator,
    peerId,
    addresses: [...addresses],
    ask: { ...ask },
    stake: 0n,
    lockLimit: 0n,
    lastProven: 0,
    syncedThrough: 0,
    generation: 0,
    slots: [],
    free: [],
    compensationIndex: 0n,
    missed: new Set(),
    ended: new Map(),
  });
  call.emit('ProviderRegistered', { provider, operator, peerId: hexlify(peerBytes(peerId)), addresses: addresses.join('\n') });
  call.emit('AskSet', { provider, ask: askArgs(ask) });
  setLockLimit(call, provider, lockLimit);
};

export const setOperator = (call: MarketCall, operator: Address): void => {
  const account = registered(call, call.caller);
  if (operator === ZERO_ADDRESS) throw new HoldfastError('ZERO_OPERATOR', {});
  account.operator = operator;
  call.emit('OperatorSet', { provider: call.caller, operator });
};

export const setEndpoint = (call: MarketCall, provider: Address, peerId: string, addresses: readonly string[]): void => {
  const account = controlled(call, provider);
  checkEndpoint(peerId, addresses);
  account.peerId = peerId;
  account.addresses = [...addresses];
  call.emit('EndpointSet', { provider, peerId: hexlify(peerBytes(peerId)), addresses: addresses.join('\n') });
};

export const setAsk = (call: MarketCall, provider: Address, ask: Ask): void => {
  controlled(call, provider).ask = { ...ask };
  call.emit('AskSet', { provider, ask: askArgs(ask) });
};
