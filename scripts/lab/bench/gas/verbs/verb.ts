import type { TransactionReceipt } from 'ethers';
import type { PreparedCall } from '../../../staging/chain.js';
import type { BenchMarket, Change } from '../../market/market.js';
import type { BenchProver } from '../../market/prover.js';
import type { Address, DealId } from '../../../../../node/core/units.js';

/** Items of a measured batch. */
export const BATCH_ITEMS = 16;

/**
 * What a kind of transaction is measured on: a provider that has just proven the current period. The deals named here all hold
 * 1 GiB, and rent of one period or more is due. Every party, the pool and the account for what is burnt have credit, and in
 * this epoch, which goes on for ten periods and more, the provider has paid fees: the slots that a settlement adds to are not
 * zero. In the bench of gas the provider has no other deals, and has never missed a period; in that of mineability it has both.
 */
export interface GasBench extends BenchMarket, Pick<BenchProver, 'answer'> {
  /** The deal in the provider's last slot. */
  readonly last: DealId;
  /** `count` of the deals, evenly spread over the slots, as far from each other in the tree as can be; of one, the last. */
  spread(count: number): readonly DealId[];
  /** What every deal holds. */
  readonly gibibyte: ReturnType<BenchProver['setOf']>;
  /** Opens `count` more deals. */
  openMore(count: number): ReturnType<BenchMarket['open']>;
  /** The calls that post a next revision of each deal. */
  commitEach(deals: readonly DealId[], change: Change): Promise<readonly PreparedCall[]>;
  /** Goes to the next period and has it proven. */
  proveNext(): Promise<TransactionReceipt>;
  /** Goes through `periods` windows without a proof, to the block after the last of them. */
  miss(periods: number): Promise<void>;
}

/** Contracts besides the market that users send transactions to. */
type OtherContract = 'RewardPool' | 'ProviderRegistry' | 'HoldToken';

/** A kind of transaction that is measured. */
export interface Verb {
  /** The market unless given. */
  readonly contract?: OtherContract;
  readonly function: string;
  /** Tells several kinds of one function apart. */
  readonly kind?: string;
  /** How many it does in one transaction, 1 unless given: its figure is the gas of one of them, rounded up. */
  readonly items?: number;
  /** Seeds that it is measured with, 1 unless given, of which the dearest counts: what a proof costs depends on the draw. */
  readonly seeds?: number;
  /** How many deals the provider has before it less than the figure says: a first revision adds them. */
  readonly adds?: number;
  /** Brings about what it needs and sends it, last. Undone afterwards. */
  readonly measure: (bench: GasBench) => Promise<TransactionReceipt>;
}

/** The name of its figure: the function, behind its contract unless that is the market, and the kind. */
export const nameOf = ({ contract, function: verb, kind }: Pick<Verb, 'contract' | 'function' | 'kind'>): string =>
  `${contract === undefined ? '' : `${contract}.`}${verb}${kind === undefined ? '' : ` ${kind}`}`;

/** Calls that are ready to be sent, and who sends them. */
export interface Prepared {
  readonly from: Address;
  readonly calls: readonly PreparedCall[];
}

/** A verb of one deal as two kinds: one in a transaction of its own, and sixteen in one batch. `prepare` makes `items` calls. */
export const aloneAndBatched = (
  verb: Omit<Verb, 'measure' | 'items' | 'contract'>,
  prepare: (bench: GasBench, items: number) => Promise<Prepared>,
): readonly Verb[] => {
  const { kind, adds } = verb;
  const batched = `of ${BATCH_ITEMS}`;
  return [
    {
      ...verb,
      measure: async (bench) => {
        const { from, calls } = await prepare(bench, 1);
        const [call] = calls;
        if (call === undefined) throw new Error(`there is no call of ${verb.function}`);
        return bench.send(from, call);
      },
    },
    {
      ...verb,
      kind: kind === undefined ? batched : `${kind} ${batched}`,
      items: BATCH_ITEMS,
      ...(adds === undefined ? {} : { adds: adds * BATCH_ITEMS }),
      measure: async (bench) => {
        const { from, calls } = await prepare(bench, BATCH_ITEMS);
        return bench.batch(from, calls);
      },
    },
  ];
};
