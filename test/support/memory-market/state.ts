import type { Ask, Challenge, Deal, MarketParameters } from '../../../node/core/market/deal.js';
import type { MarketIdentity } from '../../../node/core/keys/market-identity.js';
import { HoldfastError } from '../../../node/core/errors/holdfast-error.js';
import type { Address, BlockNumber, DealId, Hash, Leaves, Period, Wei, Weight } from '../../../node/core/units.js';

/** A deal as the market stores it. */
export type DealState = { -readonly [Key in keyof Omit<Deal, 'defaulted'>]: Deal[Key] } & { signerSince: number; previousSigner: Address };

/** How a past generation of a provider ended. */
export interface EndedGeneration {
  readonly period: number;
  readonly share: bigint;
  readonly compensationIndex: bigint;
}

export interface ProviderState {
  readonly provider: Address;
  operator: Address;
  peerId: string;
  addresses: readonly string[];
  ask: Ask;
  stake: bigint;
  lockLimit: bigint;
  lastProven: number;
  syncedThrough: number;
  generation: number;
  /** Deals of the live generation by slot; a free slot is undefined. */
  slots: (DealId | undefined)[];
  /** Free slots, the next one to be used last. */
  free: number[];
  /** Wei of compensation per unit of weight, all generations together. */
  compensationIndex: bigint;
  readonly missed: Set<number>;
  readonly ended: Map<number, EndedGeneration>;
}

/** Everything a block can change; plain maps, so that a copy is one `structuredClone`. */
export interface MarketState {
  readonly providers: Map<Address, ProviderState>;
  readonly deals: Map<DealId, DealState>;
  /** Open ones. */
  readonly challenges: Map<DealId, Challenge>;
  readonly credits: Map<Address, bigint>;
  readonly tokens: Map<Address, bigint>;
  readonly allowances: Map<Address, bigint>;
  readonly coins: Map<Address, bigint>;
  readonly drips: Map<Address, number>;
  readonly seeds: Map<number, Hash>;
  /** Fees by epoch and provider, wei. */
  readonly fees: Map<number, Map<Address, bigint>>;
  /** Epochs whose fees the pool has. */
  readonly collected: Set<number>;
  /** `epoch provider` of each reward that is paid. */
  readonly claimed: Set<string>;
}

export const emptyState = (): MarketState => ({
  providers: new Map(),
  deals: new Map(),
  challenges: new Map(),
  credits: new Map(),
  tokens: new Map(),
  allowances: new Map(),
  coins: new Map(),
  drips: new Map(),
  seeds: new Map(),
  fees: new Map(),
  collected: new Set(),
  claimed: new Set(),
});

/** One call into the market: who calls, in which block, against which state. */
export interface MarketCall {
  readonly state: MarketState;
  readonly identity: MarketIdentity;
  readonly parameters: MarketParameters;
  readonly genesisBlock: BlockNumber;
  readonly caller: Address;
  readonly block: number;
  /** Hash of a past block, as BLOCKHASH gives it: undefined for this one and for those more than 256 back. */
  blockHash(block: number): Hash | undefined;
  emit(name: string, args: Readonly<Record<string, unknown>>): void;
}

export const BURN_ACCOUNT = '0x000000000000000000000000000000000000dead' as Address;
export const VAULT = '0x00000000000000000000000000000000000a0170' as Address;
export const ZERO_HASH = `0x${'00'.repeat(32)}` as Hash;
export const ZERO_ADDRESS = `0x${'00'.repeat(20)}` as Address;

export const ceilDiv = (a: bigint, b: bigint): bigint => (a + b - 1n) / b;

/** The period that the call's block lies in, and its offset in it. */
export const timeOf = (call: Pick<MarketCall, 'block' | 'genesisBlock' | 'parameters'>): { period: number; offset: number } => {
  const passed = call.block - call.genesisBlock;
  return { period: 1 + Math.floor(passed / call.parameters.periodBlocks), offset: passed % call.parameters.periodBlocks };
};

export const providerOf = (call: MarketCall, provider: Address): ProviderState => {
  const found = call.state.providers.get(provider);
  if (!found) throw new HoldfastError('UNKNOWN_PROVIDER', { provider });
  return found;
};

export const dealOf = (call: MarketCall, deal: DealId): DealState => {
  const found = call.state.deals.get(deal);
  if (!found) throw new HoldfastError('DEAL_UNKNOWN', { deal });
  return found;
};

/** Adds to a balance kept in a map. */
export const add = (balances: Map<Address, bigint>, account: Address, amount: bigint): void => {
  balances.set(account, (balances.get(account) ?? 0n) + amount);
};

/** Moves tokens of `from`'s own. */
export const moveTokens = (call: MarketCall, from: Address, to: Address, amount: bigint): void => {
  const balance = call.state.tokens.get(from) ?? 0n;
  if (balance < amount) throw new HoldfastError('ERC20_INSUFFICIENT_BALANCE', { sender: from, balance, needed: amount });
  add(call.state.tokens, from, -amount);
  add(call.state.tokens, to, amount);
  call.emit('Transfer', { from, to, value: amount });
};

/** Moves tokens of the caller's into the vault, within the allowance. */
export const takeTokens = (call: MarketCall, amount: bigint): void => {
  const allowance = call.state.allowances.get(call.caller) ?? 0n;
  if (allowance < amount) throw new HoldfastError('ERC20_INSUFFICIENT_ALLOWANCE', { spender: VAULT, allowance, needed: amount });
  add(call.state.allowances, call.caller, -amount);
  moveTokens(call, call.caller, VAULT, amount);
};

export const bounded = (name: string, value: bigint | number, min: bigint | number, max: bigint | number): void => {
  if (value < min || value > max)
    throw new HoldfastError('OUT_OF_BOUNDS', { name, value: BigInt(value), min: BigInt(min), max: BigInt(max) });
};

/** T: the sum of the weights in the provider's live tree. */
export const totalOf = (state: MarketState, provider: ProviderState): Weight => {
  let total = 0n;
  for (const id of provider.slots) if (id) total += state.deals.get(id)?.weight ?? 0n;
  return total as Weight;
};

export const freshDeal = (
  fields: Pick<Deal, 'id' | 'renter' | 'provider' | 'signer' | 'maxEnd' | 'maxLeaves' | 'maxEgress' | 'price' | 'egressPrice' | 'escrow'>,
): DealState => ({
  ...fields,
  status: 'empty',
  root: ZERO_HASH,
  leaves: 0 as Leaves,
  sectors: 0,
  number: 0n,
  end: fields.maxEnd,
  slot: 0,
  generation: 0,
  weight: 0n as Weight,
  settledThrough: 0 as Period,
  rate: 0n as Wei,
  challenged: false,
  redeemed: 0n as Wei,
  compensationIndex: 0n,
  signerSince: 0,
  previousSigner: ZERO_ADDRESS,
});
