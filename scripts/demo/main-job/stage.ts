import type { SettlementReader } from '../../../node/ports/settlement.js';
import type { Address } from '../../../node/core/units.js';
import type { Devnet } from '../devnet/devnet.js';
import type { Person } from '../devnet/person.js';
import type { RunningProvider } from '../devnet/provider.js';
import type { AuditWatch } from './audit-watch.js';
import type { Narrator } from './narrator.js';

/** Shards that suffice, and shards stored. */
export interface Code {
  readonly k: number;
  readonly n: number;
}

/** Where the story plays: who takes part, and what they look at. */
export interface Stage {
  readonly devnet: Devnet;
  readonly reader: SettlementReader;
  readonly watch: AuditWatch;
  readonly narrator: Narrator;
  readonly code: Code;
  readonly renter: Person;
  readonly wallet: Address;
  /** Somebody else with a small deal. */
  readonly neighbour: Person;
  readonly neighbourWallet: Address;
  /** All of them, in order of their names. */
  readonly providers: readonly RunningProvider[];
  /** Aborts when the person gives up, or when an audit is missed that must not be. */
  readonly signal: AbortSignal;
}

/** The provider with this address. */
export const providerAt = ({ providers }: Stage, address: string): RunningProvider => {
  const found = providers.find(({ provider }) => provider === address.toLowerCase());
  if (!found) throw new Error(`no provider ${address} takes part`);
  return found;
};
