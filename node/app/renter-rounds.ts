import type { Clock } from '../ports/world.js';
import { asError, codeOf } from '../core/errors/coded.js';
import type { DealId, Wei } from '../core/units.js';
import type { Renter } from '../renter/renter.js';
import type { TaskOptions } from '../renter/context.js';
import type { CompactOptions, CompactResult } from '../renter/compaction/compact-crates.js';
import type { HealResult } from '../renter/repair/heal.js';
import type { AnnounceResult, Channel } from '../renter/upkeep/announce.js';
import type { ChallengeResult } from '../renter/upkeep/challenge-doubted.js';
import type { Need } from '../renter/upkeep/needs.js';
import type { RenewOptions, RenewResult } from '../renter/upkeep/renew-deals.js';
import type { RepairWithinOptions, RepairWithinResult } from '../renter/upkeep/repair-within.js';
import type { TidyOptions, TidyResult } from '../renter/upkeep/tidy-deals.js';
import type { RefreshedShares } from '../renter/sharing/share.js';
import type { Fees } from './counted-fees.js';
import { openRenter, type Acting } from './renter-session.js';
import type { Settings } from './settings/config.js';
import type { Unlocking } from './wallet-session.js';

/** What the parts of a round found and did, in their order; undefined of a part that failed. */
export interface Parts {
  /** What was ended, posted and withdrawn. */
  readonly tidying: TidyResult | undefined;
  /** What was made anew where it was lost. */
  readonly healing: HealResult | undefined;
  /** What lasts longer now. */
  readonly renewal: RenewResult | undefined;
  /** What was made anew at other providers. */
  readonly repair: RepairWithinResult | undefined;
  /** What was moved together out of crates with holes. */
  readonly compaction: CompactResult | undefined;
  /** What the links of shares need, as it is now; undefined in a dry run, too. */
  readonly sharing: RefreshedShares | undefined;
  /** Whose providers have to prove. */
  readonly challenging: ChallengeResult | undefined;
  /** What is needed of a person now. */
  readonly needs: readonly Need[] | undefined;
  /** Who was told of it; undefined in a dry run, too. */
  readonly announcing: AnnounceResult | undefined;
}

/** One round of looking after stored files. */
export interface Round extends Parts {
  /** Why parts failed as a whole: for want of coin others go on. */
  readonly errors: readonly PartFailure[];
  readonly fees?: Fees | undefined;
}

export interface PartFailure {
  readonly part: keyof Parts;
  readonly error: Error;
}

export interface RoundOptions
  extends
    TaskOptions,
    Pick<RenewOptions, 'ahead' | 'periods' | 'dryRun'>,
    Pick<TidyOptions, 'withdrawFrom'>,
    Pick<CompactOptions, 'revisionWorth'>,
    Pick<RepairWithinOptions, 'probes' | 'threshold' | 'maxPrice' | 'maxEgressPrice' | 'reads'> {
  /** Most token wei to be paid for renewals, new deals and bonds within 30 days. */
  readonly budget: Wei;
  /** Most token wei to be promised for reading what is left of what was lost: for what is healed, and again for what is repaired. */
  readonly maxEgress?: Wei | undefined;
  /** Milliseconds before it is too late from which on a person is told. */
  readonly announceAhead: number;
  /** How a person is told. */
  readonly channels: readonly Channel[];
  readonly signal: AbortSignal;
}

/** One round. The catalogue is this process's own meanwhile, and nobody's between rounds. */
export const performRound = async (settings: Settings, password: Unlocking, acting: Acting, options: RoundOptions): Promise<Round> => {
  await using session = await openRenter(settings, password, options.signal, acting);
  const round = await lookAfter(session.renter, options);
  return { ...round, fees: { ...session.fees } };
};

/** Deals whose providers said that they lost data and do not take it back, or claim it again and again. */
const refusingIn = (healing: HealResult | undefined): ReadonlyMap<DealId, string> =>
  new Map(
    healing?.unhealed.flatMap(({ deal, reason, error }) =>
      reason === 'refused' || reason === 'enough-lately' ? [[deal, error === undefined ? 'SECTOR_MISSING' : codeOf(error)] as const] : [],
    ),
  );

/** Objects whose lost shards were not placed elsewhere. */
const unrepaired = (repair: RepairWithinResult | undefined): readonly Need[] =>
  (repair?.outcomes ?? []).flatMap(({ owner: { id, name }, kind, error }): Need[] => {
    const detail = kind === 'hopeless' ? 'too few of its shards can be read' : error?.message;
    return detail === undefined ? [] : [{ kind: 'repair', id: `repair of ${id}`, object: id, name, detail }];
  });

type Looking = Pick<
  Renter,
  'tidy' | 'heal' | 'renew' | 'repairWithin' | 'compact' | 'refreshShares' | 'challengeDoubted' | 'needs' | 'announce'
>;

/**
 * The parts of a round, each for itself; rejects if all that were begun fail. Deals that end within a third of what they are renewed in, and
 * could not be renewed, are moved.
 */
export const lookAfter = async (renter: Looking, options: RoundOptions): Promise<Round> => {
  const { signal, ahead, announceAhead, dryRun, channels } = options;
  const errors: PartFailure[] = [];
  let begun = 0;
  const attempt = async <Result>(part: keyof Parts, task: () => Promise<Result>): Promise<Result | undefined> => {
    begun += 1;
    try {
      return await task();
    } catch (error) {
      signal.throwIfAborted();
      errors.push({ part, error: asError(error) });
      return undefined;
    }
  };
  const tidying = await attempt('tidying', () => renter.tidy(options));
  const healing = await attempt('healing', () => renter.heal(options));
  const renewal = await attempt('renewal', () => renter.renew(options));
  // A dry run has renewed nothing: what it would renew does not move.
  const renewed = dryRun && renewal ? new Map(renewal.renewed.map(({ deal, end }) => [deal.id, end])) : undefined;
  const moving = { ...options, margin: Math.max(2, Math.ceil(ahead / 3)), refusing: refusingIn(healing), renewed };
  const repair = await attempt('repair', () => renter.repairWithin(moving));
  const compaction = await attempt('compaction', () => renter.compact(options));
  const sharing = dryRun ? undefined : await attempt('sharing', () => renter.refreshShares(options));
  const challenging = await attempt('challenging', () => renter.challengeDoubted(options));
  const foreseen = await attempt('needs', () => renter.needs(options));
  const [first] = errors;
  if (first && errors.length === begun) throw first.error;

  const all = [...(foreseen ?? []), ...unrepaired(repair)];
  const complete = foreseen !== undefined && repair !== undefined;
  const announcing = dryRun
    ? undefined
    : await attempt('announcing', () => renter.announce(all, { channels, ahead: announceAhead, complete, signal }));
  return { tidying, healing, renewal, repair, compaction, sharing, challenging, needs: foreseen && all, announcing, errors };
};

export interface RoundsOptions {
  readonly perform: (signal: AbortSignal) => Promise<Round>;
  readonly onRound: (round: Round) => void;
  /** A round failed as a whole; the next one comes all the same. */
  readonly onFailure: (error: unknown) => void;
  /** Milliseconds from the end of one round to the next. */
  readonly pause: number;
  readonly clock: Pick<Clock, 'sleep'>;
  readonly signal: AbortSignal;
}

/** Round after round, until the signal. */
export const runRounds = async ({ perform, onRound, onFailure, pause, clock, signal }: RoundsOptions): Promise<void> => {
  while (!signal.aborted) {
    try {
      onRound(await perform(signal));
    } catch (error) {
      if (!signal.aborted) onFailure(error);
    }
    await clock.sleep(pause, signal).catch(() => undefined);
  }
};
