import type { ProviderRecord } from '../../core/market/deal.js';
import { leaves, wei, type Address } from '../../core/units.js';
import type { CursorStep } from './event-cursor.js';

/** What one event of the registry changed. */
export interface RegistryChange {
  readonly block: number;
  readonly provider: Address;
  /** Whether it is the provider's first. */
  readonly registers: boolean;
  readonly fields: Partial<Omit<ProviderRecord, 'provider'>>;
}

/** The registry as of block `floor`, and what changed since. No reorg may go below the floor. */
export interface RegistryState {
  readonly floor: number;
  /** In order of registration. */
  readonly base: ReadonlyMap<Address, ProviderRecord>;
  /** In the order of the chain, all above the floor. */
  readonly changes: readonly RegistryChange[];
}

/** A record as its registration begins it: takes no deal until its ask is read, from the event after it. */
const blank = (provider: Address): ProviderRecord => ({
  provider,
  operator: provider,
  peerId: '',
  addresses: [],
  ask: { price: wei(0n), egressPrice: wei(0n), minLeaves: leaves(0), maxLeaves: leaves(0), maxPeriods: 0 },
});

/**
 * `base` with `changes`, at most `most` records: those that registered first. Undefined if a change is of a provider that
 * never registered, so that an event is missing.
 */
const withChanges = (
  base: RegistryState['base'],
  changes: RegistryState['changes'],
  most: number,
): ReadonlyMap<Address, ProviderRecord> | undefined => {
  if (changes.length === 0) return base;
  const records = new Map(base);
  for (const { provider, registers, fields } of changes) {
    const before = records.get(provider) ?? (registers ? blank(provider) : undefined);
    if (before === undefined && records.size < most) return undefined;
    if (before !== undefined && (records.size < most || records.has(provider))) records.set(provider, { ...before, ...fields });
  }
  return records;
};

/** All records as of the newest block that was read; undefined if an event is missing. */
export const recordsOf = (state: RegistryState, most: number): ReadonlyMap<Address, ProviderRecord> | undefined =>
  withChanges(state.base, state.changes, most);

/** The state after a step of the cursor; undefined if a reorg went below the floor. */
export const advance = (state: RegistryState, step: CursorStep<RegistryChange>): RegistryState | undefined => {
  const kept = step.kind === 'rewind' ? step.to : step.from - 1;
  if (kept < state.floor) return undefined;
  const fresh = step.kind === 'events' ? step.events : [];
  return { ...state, changes: [...state.changes.filter(({ block }) => block <= kept), ...fresh] };
};

/** The same state with its floor at `floor`; undefined if an event is missing. */
export const raiseFloor = (state: RegistryState, floor: number, most: number): RegistryState | undefined => {
  if (floor <= state.floor) return state;
  const base = withChanges(
    state.base,
    state.changes.filter(({ block }) => block <= floor),
    most,
  );
  return base && { floor, base, changes: state.changes.filter(({ block }) => block > floor) };
};
