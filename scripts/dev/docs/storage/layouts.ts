import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runSolc } from '../../../lab/solidity/solc.js';

/** Where a value lies: bits `from` to `to`, both included, counted from the lowest, of the word in `slot`. */
export interface Place {
  readonly slot: number;
  readonly from: number;
  readonly to: number;
  readonly name: string;
  /** As Solidity spells it. */
  readonly type: string;
}

/** A struct that lies in storage; its slots count from where it starts. */
export interface StructLayout {
  readonly name: string;
  readonly places: readonly Place[];
}

export interface ContractLayout {
  readonly name: string;
  readonly path: string;
  readonly storage: readonly Place[];
  /** Gone at the end of a transaction, with slots of its own. */
  readonly transient: readonly Place[];
  /** The structs in its storage, in the order in which its slots lead to them. */
  readonly structs: readonly StructLayout[];
}

/** The contracts that have storage. */
const CONTRACTS = {
  StorageMarket: 'contracts/StorageMarket.sol',
  VerbBody: 'contracts/market/verbs/VerbBody.sol',
  RewardPool: 'contracts/RewardPool.sol',
  ProviderRegistry: 'contracts/ProviderRegistry.sol',
  HoldToken: 'contracts/HoldToken.sol',
  Vault: 'contracts/Vault.sol',
} as const;

export type StoringContract = keyof typeof CONTRACTS;

interface Variable {
  readonly label: string;
  /** In bytes. */
  readonly offset: number;
  readonly slot: string;
  readonly type: string;
}

interface Type {
  readonly label: string;
  readonly numberOfBytes: string;
  readonly value?: string;
  readonly base?: string;
  readonly members?: readonly Variable[];
}

interface Layout {
  readonly storage: readonly Variable[];
  readonly types: Readonly<Record<string, Type>> | null;
}

interface Output {
  readonly contracts: Readonly<
    Record<string, Readonly<Record<string, { readonly storageLayout: Layout; readonly transientStorageLayout: Layout }>>>
  >;
}

const BITS_OF_WORD = 256;

/** `struct SumTree.Tree` is `Tree` to a reader. */
const spelled = (label: string): string => label.replaceAll(/\b(?:struct|enum|contract) (?:\w+\.)?/g, '');

const typeIn = ({ types }: Layout, name: string): Type => {
  const type = types?.[name];
  if (type === undefined) throw new Error(`the compiler does not say what ${name} is`);
  return type;
};

/** A struct that fills words of its own is in its first one, whole. */
const placeOf = (layout: Layout, { label, offset, slot, type }: Variable): Place => {
  const { numberOfBytes, label: spelling } = typeIn(layout, type);
  const to = Math.min(8 * (offset + Number(numberOfBytes)), BITS_OF_WORD) - 1;
  return { slot: Number(slot), from: 8 * offset, to, name: label, type: spelled(spelling) };
};

/** The structs that `name` is, or leads to, first those that are met first. */
const structsIn = (layout: Layout, name: string): readonly StructLayout[] => {
  const { label, value, base, members = [] } = typeIn(layout, name);
  const inner = [value, base, ...members.map(({ type }) => type)].filter((next) => next !== undefined);
  const own = members.length === 0 ? [] : [{ name: spelled(label), places: members.map((member) => placeOf(layout, member)) }];
  return [...own, ...inner.flatMap((next) => structsIn(layout, next))];
};

const layoutOf = (name: string, path: string, { contracts }: Output): ContractLayout => {
  const compiled = contracts[path]?.[name];
  if (compiled === undefined) throw new Error(`the compiler found no ${name} in ${path}`);
  const { storageLayout, transientStorageLayout } = compiled;
  const structs = storageLayout.storage.flatMap(({ type }) => structsIn(storageLayout, type));
  return {
    name,
    path,
    storage: storageLayout.storage.map((variable) => placeOf(storageLayout, variable)),
    transient: transientStorageLayout.storage.map((variable) => placeOf(transientStorageLayout, variable)),
    structs: [...new Map(structs.map((struct) => [struct.name, struct])).values()],
  };
};

/** Where the compiler puts what each contract stores. */
export const storageLayouts = (root: string): Readonly<Record<StoringContract, ContractLayout>> => {
  const entries = Object.entries(CONTRACTS);
  const sources = Object.fromEntries(entries.map(([, path]) => [path, readFileSync(join(root, path), 'utf8')]));
  const wanted = Object.fromEntries(entries.map(([name, path]) => [path, { [name]: ['storageLayout', 'transientStorageLayout'] }]));
  const output = runSolc<Output>(root, sources, { outputSelection: wanted });
  return Object.fromEntries(entries.map(([name, path]) => [name, layoutOf(name, path, output)])) as Record<StoringContract, ContractLayout>;
};
