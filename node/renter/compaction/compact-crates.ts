import { bytesInCrate } from '../../core/data/crate-layout.js';
import { isHoldfastError, type HoldfastError } from '../../core/errors/holdfast-error.js';
import { wei, type DealId, type Wei } from '../../core/units.js';
import type { HalfDoneObject } from '../../ports/catalogue.js';
import type { RenterContext, TaskOptions } from '../context.js';
import { currentPeriod } from '../current-period.js';
import { createPurse } from '../download/purse.js';
import type { ProviderFailure, RenterEvent } from '../events.js';
import { createFailureList } from '../failure-list.js';
import { createBudget } from '../upkeep/budget.js';
import { createTill } from '../upkeep/till.js';
import { createCrateReader } from '../upload/fill-crates.js';
import { freshCrate } from '../upload/fresh-crate.js';
import { beginPlacing, type PlacingOptions } from '../upload/placing-terms.js';
import { laidOutAgain, largestInCrate } from '../upload/put-in-crates.js';
import { storeSteps } from '../upload/store-steps.js';
import { decideCompaction, type CompactionPlan } from './decide-compaction.js';
import { movedFiles, type MovedFile } from './moved-files.js';
import { dropBegun, readHoles } from './read-holes.js';
import { createMoveRecorder } from './record-moves.js';

export interface CompactOptions extends TaskOptions, Pick<PlacingOptions, 'periods' | 'maxPrice' | 'maxEgressPrice' | 'reads'> {
  /** Most token wei to be paid for reading and into new deals, with what else was spent within 30 days. */
  readonly budget: Wei;
  /** Token wei that a revision is worth, which we may have to post ourselves: what its gas costs, about. */
  readonly revisionWorth: Wei;
  /** Most token wei to be promised for reading. */
  readonly maxEgress?: Wei | undefined;
  /** Decides, and moves nothing. */
  readonly dryRun?: boolean | undefined;
}

export interface CompactResult {
  /** False of a dry run. */
  readonly performed: boolean;
  readonly plan: CompactionPlan;
  /** Files that lie in new crates. */
  readonly moved: number;
  /** Token wei that reading cost. */
  readonly egress: Wei;
  /** Why what was to move stays for now: nobody has room for it, or what that takes is not in the budget or for the wallet alone. */
  readonly held: HoldfastError | undefined;
  readonly failures: readonly ProviderFailure[];
}

/** What is no failure of a round: the files lie where they were, and the next one tries again. */
const isHeld = (error: unknown): error is HoldfastError =>
  isHoldfastError(error, 'WALLET_NEEDED', 'BUDGET_TOO_SMALL', 'BALANCE_TOO_SMALL', 'PROVIDERS_TOO_FEW', 'PRICE_ABOVE_LIMIT') ||
  isHoldfastError(error, 'EGRESS_UNFUNDED', 'EGRESS_ABOVE_LIMIT', 'OBJECT_UNAVAILABLE');

/** A plan, and token wei that reading for it may take: where providers are late or fail, more is read than the plan says. */
interface Planned {
  readonly plan: CompactionPlan;
  readonly allowance: Wei;
}

const planNow = async (context: RenterContext, { budget, revisionWorth, maxEgress, signal }: CompactOptions): Promise<Planned> => {
  const { settlement, limits } = context;
  const slabs = await readHoles(context);
  const ids = [...new Set(slabs.flatMap(({ shards }) => shards.map(({ deal }): DealId => deal)))];
  const found = ids.length === 0 ? [] : await settlement.agreed.deals(ids, signal);
  const deals = new Map(
    found.flatMap((deal) => (deal && deal.status !== 'closed' && deal.defaulted === undefined ? [[deal.id, deal] as const] : [])),
  );
  const left = (await createBudget(context, budget).left()) ?? wei(0n);
  const mostReading = maxEgress !== undefined && maxEgress < left ? maxEgress : left;
  const now = await currentPeriod(settlement.agreed, signal);
  const plan = decideCompaction({ slabs, deals, now, gas: revisionWorth, mostBytes: limits.compactBytes, mostReading });
  const twice = wei(2n * plan.reading);
  return { plan, allowance: twice < mostReading ? twice : mostReading };
};

const half = ({ stored: { sha256: _, ...facts } }: MovedFile): HalfDoneObject => ({ ...facts, state: 'placing' });

/** Moves what lies in the slabs of the plan into a new crate, through the stages of a put. */
const carryOut = async (context: RenterContext, { plan, allowance }: Planned, options: CompactOptions): Promise<CompactResult> => {
  const { signal, report } = options;
  const [{ k, n }] = plan.move as [CompactionPlan['move'][number]];
  const id = `compaction at ${context.clock.now()}`;
  const till = createTill(context, { budget: options.budget, id, what: 'opening a deal for what is moved together' });
  const hear = (event: RenterEvent): void => {
    till.hear(event);
    report?.(event);
  };
  const failures = createFailureList(context, hear);
  const budget = createBudget(context, options.budget);
  // Counted before it is promised: a run that is killed counts too much rather than too little.
  await budget.take(`${id}, reading`, allowance);
  const purse = createPurse(allowance);
  const files = await movedFiles(context, plan.move, { purse, failures, signal });
  const crate = freshCrate(
    context,
    files.map(({ stored }) => stored.name),
    { k, n },
  );
  const total = files.reduce((sum, { bytes }) => sum + bytesInCrate(bytes, k), 0);
  const recorder = createMoveRecorder(context, crate, total, report);
  const result = (held?: HoldfastError) => ({
    performed: true,
    plan,
    moved: recorder.moved,
    egress: purse.spent,
    held,
    failures: failures.all,
  });
  try {
    const { terms, known } = await beginPlacing(context, { ...options, confirm: till.confirm, report: hear }, n, failures);
    const slabBytes = largestInCrate(context, crate);
    const reader = createCrateReader<MovedFile>({
      ...{ k, n, slabBytes, files, next: 0, begun: [], fresh: half, signal },
      mostParts: context.limits.crateParts,
      failed: (_, error) => {
        throw error;
      },
      dropped: async () => undefined,
    });
    const steps = storeSteps(context, {
      ...{ owner: crate, slabBytes, terms, known, reader, recorder, source: { length: total }, room: 0, following: undefined },
      again: (slabs, either) => laidOutAgain(slabs, k, recorder, either),
      task: { ...(signal && { signal }), report: hear },
    });
    for await (const end of steps) await recorder.committed(end);
    return result();
  } catch (error) {
    signal?.throwIfAborted();
    if (isHeld(error)) return result(error);
    throw error;
  } finally {
    await recorder.giveUp();
    await till.settle();
    await budget.take(`${id}, reading`, purse.spent);
  }
};

/**
 * Moves what is left in crates with holes into new ones together, where the rent that this saves until the deals end is worth reading, sending and
 * revising: what was stored is read back, coded and placed as small files are, and the catalogue says so in one write a slab once the chain holds
 * it. What was there before is freed by the same write, and leaves the deals with the next round. Killed at any step, it begins anew, and what
 * it had begun is freed.
 */
export const compactCrates = (context: RenterContext, options: CompactOptions): Promise<CompactResult> =>
  context.serial(
    'small files',
    async () => {
      if (!options.dryRun) {
        await context.catchUp(createFailureList(context, options.report), options.signal);
        await dropBegun(context);
      }
      const planned = await planNow(context, options);
      const { plan } = planned;
      const nothing = { moved: 0, egress: wei(0n), held: undefined, failures: [] };
      if (options.dryRun || plan.move.length === 0) return { performed: options.dryRun !== true, plan, ...nothing };
      return carryOut(context, planned, options);
    },
    options.signal,
  );
