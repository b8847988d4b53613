import type { ChainHead, MarketParameters, ProviderSheet } from '../core/market/deal.js';
import { slashOf } from '../core/market/rent.js';
import { decided, firstBlockOf, frozen, offsetAt, periodAt } from '../core/market/schedule.js';
import { wei, type Address, type BlockNumber, type Period, type Wei } from '../core/units.js';
import type { SettlementReader } from '../ports/settlement.js';

/** Where the provider stands in one block. */
export interface Moment {
  readonly head: ChainHead;
  readonly period: Period;
  /** Blocks since the first of the period. */
  readonly offset: number;
  readonly firstBlock: BlockNumber;
  readonly sheet: ProviderSheet;
  readonly frozen: boolean;
  readonly decided: Period;
}

const ATTEMPTS = 4;

/**
 * Runs `read` so that all its answers are of one block: again if the head changed meanwhile. On a chain that is faster than
 * its answers the last attempt counts, `settled` then being false.
 */
export const readInOneBlock = async <Result>(
  settlement: SettlementReader,
  read: (head: ChainHead) => Promise<Result>,
  signal: AbortSignal,
): Promise<{ readonly result: Result; readonly settled: boolean }> => {
  for (let attempt = 1; ; attempt++) {
    const head = await settlement.head(signal);
    const result = await read(head);
    const settled = (await settlement.head(signal)).hash === head.hash;
    if (settled || attempt === ATTEMPTS) return { result, settled };
  }
};

/** The moment that `head` and `sheet` make. */
export const momentOf = (
  settlement: Pick<SettlementReader, 'genesisBlock' | 'parameters'>,
  head: ChainHead,
  sheet: ProviderSheet,
): Moment => {
  const { genesisBlock: genesis, parameters } = settlement;
  const period = periodAt(head.block, genesis, parameters.periodBlocks);
  const state = { block: head.block, genesis, parameters, total: sheet.total, lastProven: sheet.lastProven };
  return {
    head,
    period,
    offset: offsetAt(head.block, genesis, parameters.periodBlocks),
    firstBlock: firstBlockOf(period, genesis, parameters.periodBlocks),
    sheet,
    frozen: frozen(state),
    decided: decided(state),
  };
};

/** The provider's moment now; undefined while the registry does not know it. */
export const readMoment = async (settlement: SettlementReader, provider: Address, signal: AbortSignal): Promise<Moment | undefined> => {
  const { result } = await readInOneBlock(
    settlement,
    async (head) => {
      const sheet = await settlement.provider(provider, signal);
      return sheet && momentOf(settlement, head, sheet);
    },
    signal,
  );
  return result;
};

/** Decided periods that were missed and are not yet recorded on chain. */
export const unrecordedMisses = ({ sheet, decided: through }: Moment): number =>
  sheet.total === 0n ? 0 : Math.max(0, through - Math.max(sheet.lastProven, sheet.syncedThrough));

/** Stake once those misses are recorded, token wei. */
export const stakeOf = (moment: Moment, parameters: MarketParameters): Wei => {
  const { burnt, bounty, compensation } = slashOf(moment.sheet.total, parameters);
  const lost = (burnt + bounty + compensation) * BigInt(unrecordedMisses(moment));
  return wei(moment.sheet.stake > lost ? moment.sheet.stake - lost : 0n);
};
