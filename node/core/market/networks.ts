/**
 * How a chain encodes its headers and receipts, which decides what can be recomputed from what an RPC answers:
 * `ethereum` all of it; `op-stack` headers, and receipts except those of deposits; `other` nothing (Filecoin's headers are
 * not Ethereum's).
 */
export type ChainFamily = 'ethereum' | 'op-stack' | 'other';

/** All families. */
export const chainFamilies = ['ethereum', 'op-stack', 'other'] as const satisfies readonly ChainFamily[];

/** A network that is ready by name. */
export interface Network {
  /** As `--network` takes it. */
  readonly name: string;
  /** As people write it. */
  readonly title: string;
  /** Undefined for a chain on this machine, which may have any. */
  readonly chainId: bigint | undefined;
  readonly family: ChainFamily;
  /** Milliseconds between two blocks, as the network means it. */
  readonly blockMilliseconds: number;
  /** Symbol of the chain's own coin, 18 decimals. */
  readonly coin: string;
}

/** Networks ready by name; any other is reached by its RPC and an address book. */
export const networks: readonly Network[] = [
  { name: 'sepolia', title: 'Sepolia', chainId: 11_155_111n, family: 'ethereum', blockMilliseconds: 12_000, coin: 'ETH' },
  { name: 'base-sepolia', title: 'Base Sepolia', chainId: 84_532n, family: 'op-stack', blockMilliseconds: 2_000, coin: 'ETH' },
  { name: 'op-sepolia', title: 'OP Sepolia', chainId: 11_155_420n, family: 'op-stack', blockMilliseconds: 2_000, coin: 'ETH' },
  {
    name: 'filecoin-calibration',
    title: 'Filecoin Calibration',
    chainId: 314_159n,
    family: 'other',
    blockMilliseconds: 30_000,
    coin: 'tFIL',
  },
  { name: 'localhost', title: 'a chain on this machine', chainId: undefined, family: 'ethereum', blockMilliseconds: 500, coin: 'ETH' },
];

/** The network called `name`, or undefined. */
export const networkNamed = (name: string): Network | undefined => networks.find((network) => network.name === name);

/** Why a chain whose blocks mean something else is refused (R10). */
const refusals: ReadonlyMap<bigint, string> = new Map(
  Object.entries({
    'Arbitrum: block.number counts blocks of Ethereum there, and its block hashes are made by the sequencer': [42_161n, 42_170n, 421_614n],
    'zkSync: block numbers and hashes of the virtual machine are not those of the chain': [324n, 300n],
  }).flatMap(([reason, chainIds]) => chainIds.map((chainId) => [chainId, reason] as const)),
);

/** Why Holdfast does not run on chain `chainId`, or undefined if nothing is known against it. */
export const refusalOf = (chainId: bigint): string | undefined => refusals.get(chainId);
