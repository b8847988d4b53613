import { Interface, type JsonRpcProvider } from 'ethers';
import { IHoldToken__factory } from '../../../../node/chain/contracts/factories/interfaces/IHoldToken__factory.js';
import { IProviderRegistry__factory } from '../../../../node/chain/contracts/factories/interfaces/IProviderRegistry__factory.js';
import { IStorageMarket__factory } from '../../../../node/chain/contracts/factories/interfaces/IStorageMarket__factory.js';

/** Gas of the dearest transaction of each kind. */
export type GasByKind = ReadonlyMap<string, bigint>;

const interfaces: readonly Interface[] = [IStorageMarket__factory, IProviderRegistry__factory, IHoldToken__factory].map(
  (factory) => new Interface(factory.abi),
);

const kindOf = (data: string): string => {
  for (const each of interfaces) {
    const found = each.getFunction(data.slice(0, 10));
    if (found !== null) return found.name;
  }
  return 'transfer of coin';
};

/** Looks at every transaction of the chain up to now. Deployments are summed as one. */
export const gasByKind = async (provider: JsonRpcProvider): Promise<GasByKind> => {
  const most = new Map<string, bigint>();
  const head = await provider.getBlockNumber();
  for (let number = 0; number <= head; number++) {
    const block = await provider.getBlock(number, true);
    for (const { hash, to, data } of block?.prefetchedTransactions ?? []) {
      const { gasUsed = 0n } = (await provider.getTransactionReceipt(hash)) ?? {};
      const kind = to === null ? 'deployment of all contracts' : kindOf(data);
      const before = most.get(kind) ?? 0n;
      most.set(kind, to === null ? before + gasUsed : gasUsed > before ? gasUsed : before);
    }
  }
  return most;
};

/** Prices of a unit of gas that the table is reckoned at, gwei. */
const PRICES = [1n, 5n, 30n];

const GWEI = 10n ** 9n;

/** Wei as coin with six decimals, rounded up. */
const coin = (wei: bigint): string => {
  const millionths = (wei + 10n ** 12n - 1n) / 10n ** 12n;
  return `${millionths / 1_000_000n}.${String(millionths % 1_000_000n).padStart(6, '0')}`;
};

/** The table of costs as Markdown, the dearest first. */
export const costTable = (gas: GasByKind): string =>
  [
    `| transaction | gas | ${PRICES.map((price) => `at ${price} gwei`).join(' | ')} |`,
    `| --- | --: | ${PRICES.map(() => '--:').join(' | ')} |`,
    ...[...gas]
      .sort(([, a], [, b]) => (a < b ? 1 : -1))
      .map(
        ([kind, used]) => `| ${kind} | ${used.toLocaleString('en')} | ${PRICES.map((price) => coin(used * price * GWEI)).join(' | ')} |`,
      ),
  ].join('\n');
