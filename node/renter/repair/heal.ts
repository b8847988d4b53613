import { inFlight } from '../../core/tasks/in-flight.js';
import { LEAF_BYTES, wei, type DealId, type Wei } from '../../core/units.js';
import type { ShardPlacement } from '../../ports/catalogue.js';
import type { RenterContext, TaskOptions } from '../context.js';
import { currentPeriod } from '../current-period.js';
import { readDeals, type KnownDeal } from '../deals/deal-book.js';
import { createPurse, type Purse } from '../download/purse.js';
import type { ProviderFailure } from '../events.js';
import { createFailureList, type FailureList } from '../failure-list.js';
import { sourceOf } from '../upload/send-slabs.js';
import { allowedOf, countHealed, countRefusal, forgetRefusals, healingOf, isPatient } from './deal-healing.js';
import { readEndedDeals, type EndedDeal } from './ended-early.js';
import { decideHealing, shardsLeft, slabName, type ClaimedSlab, type LostClaim, type LostShards } from './decide-healing.js';
import { remakeShards } from './heal-slab.js';
import type { HealedShard, Unhealable, UnhealedShard } from './healed-shard.js';
import { isWanted } from '../upload/is-wanted.js';
import { isKept, readLostClaims } from './lost-claims.js';
import { ownerOf } from './slab-owner.js';
import { asError } from '../../core/errors/coded.js';

export interface HealOptions extends TaskOptions {
  /** Most token wei to be promised for reading what is left. */
  readonly maxEgress?: Wei | undefined;
  /** Asks and decides, and makes nothing. */
  readonly dryRun?: boolean | undefined;
}

export interface HealResult {
  /** False of a dry run: `healed` is what would be made anew then. */
  readonly performed: boolean;
  /** Deals whose providers have to keep something, and of these how many said what they lack. */
  readonly deals: number;
  readonly asked: number;
  readonly healed: readonly HealedShard[];
  readonly unhealed: readonly UnhealedShard[];
  /** Deals that ended before their time, with what lay in them: of no provider anything can be asked there. */
  readonly ended: readonly EndedDeal[];
  /** Lost sectors by deal that no file needs. */
  readonly unknown: ReadonlyMap<DealId, number>;
  /** Token wei that reading what was left cost. */
  readonly egress: Wei;
  readonly failures: readonly ProviderFailure[];
}

const bytesOf = ({ sector }: ShardPlacement): number => sector.leaves * LEAF_BYTES;

/** The slabs that are claimed from, each read once. */
const slabsOf = async ({ catalogue }: RenterContext, claims: readonly LostClaim[]): Promise<ReadonlyMap<string, ClaimedSlab>> => {
  const slabs = new Map<string, ClaimedSlab>();
  for (const { place } of claims) {
    const name = slabName(place);
    if (slabs.has(name)) continue;
    const [owner, record] = await Promise.all([ownerOf(catalogue, place.owner), catalogue.slab(place.owner, place.slab)]);
    if (owner && record) slabs.set(name, { owner, slab: place.slab, record });
  }
  return slabs;
};

/** What one round is carried out with, and what came of it. */
interface HealRound {
  readonly known: ReadonlyMap<DealId, KnownDeal>;
  readonly purse: Purse;
  readonly failures: FailureList;
  /** Deals whose providers do not take what is sent, with what they said in this round: not tried in it again. */
  readonly refused: Map<DealId, Error | undefined>;
  readonly healed: HealedShard[];
  readonly unhealed: UnhealedShard[];
}

const describe = ({ known }: HealRound, { owner, slab }: LostShards, place: ShardPlacement): HealedShard => {
  const { deal } = known.get(place.deal) as KnownDeal;
  return { deal: deal.id, provider: deal.provider, name: owner.name, slab, shard: place.shard, bytes: bytesOf(place) };
};

const giveUp = (context: RenterContext, round: HealRound, damaged: LostShards, reason: Unhealable, error?: Error): void => {
  for (const place of damaged.shards) {
    const { deal } = round.known.get(place.deal) as KnownDeal;
    const facts = { reason, left: shardsLeft(damaged), needed: damaged.owner.k };
    const collateral = wei(deal.weight * context.settlement.parameters.unit);
    round.unhealed.push({ ...describe(round, damaged, place), ...facts, collateral, ...(error && { error }) });
  }
};

/** No more of the deal in this round. */
const giveDealUp = (context: RenterContext, round: HealRound, damaged: LostShards, place: ShardPlacement, error: unknown): void => {
  const { provider } = describe(round, damaged, place);
  context.links.drop(provider);
  round.failures.add(provider, error);
  round.refused.set(place.deal, asError(error));
  giveUp(context, round, { ...damaged, shards: [place] }, 'refused', asError(error));
};

/** Those shards of one slab that their providers would take: nothing is read for the others. */
const wantedOf = async (context: RenterContext, round: HealRound, planned: LostShards, signal: AbortSignal): Promise<LostShards> => {
  const { links } = context;
  const answers = planned.shards.map(async (place) => {
    const { deal, sector } = place;
    if (round.refused.has(deal)) {
      giveUp(context, round, { ...planned, shards: [place] }, 'refused', round.refused.get(deal));
      return false;
    }
    try {
      const link = await links.to(describe(round, planned, place).provider, signal);
      return await isWanted(link, await links.authorize(deal, signal), sector, signal);
    } catch (error) {
      signal.throwIfAborted();
      giveDealUp(context, round, planned, place, error);
      return false;
    }
  });
  const wanted = await Promise.all(answers);
  return { ...planned, shards: planned.shards.filter((_, i) => wanted[i]) };
};

/** Sends the shards of one slab back to the providers that lost them. */
const healSlab = async (
  context: RenterContext,
  round: HealRound,
  planned: LostShards,
  task: TaskOptions,
  signal: AbortSignal,
): Promise<void> => {
  const damaged = await wantedOf(context, round, planned, signal);
  if (damaged.shards.length === 0) return;
  for (const place of damaged.shards) await countHealed(context, place.deal, bytesOf(place));
  const spent = round.purse.spent;
  let made: Awaited<ReturnType<typeof remakeShards>>;
  try {
    made = await remakeShards(context, damaged, round.purse, round.failures, signal);
  } catch (error) {
    // What was paid for in vain counts.
    if (round.purse.spent === spent) for (const place of damaged.shards) await countHealed(context, place.deal, -bytesOf(place));
    signal.throwIfAborted();
    return giveUp(context, round, damaged, 'unreadable', asError(error));
  }
  const sendings = [...made].map(async ([place, shard]) => {
    const healed = describe(round, damaged, place);
    try {
      const link = await context.links.to(healed.provider, signal);
      await link.writeSector(await context.links.authorize(place.deal, signal), sourceOf(shard), signal);
    } catch (error) {
      signal.throwIfAborted();
      await countRefusal(context, place.deal);
      return giveDealUp(context, round, damaged, place, error);
    }
    await forgetRefusals(context, place.deal);
    context.metrics.add('holdfast_uploaded_bytes_total', healed.bytes);
    context.metrics.count('holdfast_shards_healed_total');
    round.healed.push(healed);
    task.report?.({ kind: 'healed', ...healed });
  });
  await Promise.all(sendings);
};

/**
 * Asks every provider what it has lost of its deals, makes that anew as it was, byte for byte, from the shards that are left, and sends it back:
 * into the same deal under the same root, so without a revision and without money but for reading. Bounded for each deal; called again, it goes on.
 */
export const healDeals = async (context: RenterContext, options: HealOptions = {}): Promise<HealResult> => {
  const { signal } = options;
  const [all, now] = await Promise.all([readDeals(context, signal, context.settlement), currentPeriod(context.settlement, signal)]);
  const deals = all.filter(({ deal }) => isKept(deal, now));
  const ended = await readEndedDeals(
    context,
    all.filter(({ deal }) => deal.end > now && !isKept(deal, now)),
  );
  const known = new Map(deals.map((one) => [one.deal.id, one]));
  const silent = createFailureList(context, options.report);
  const { asked, claims, unknown } = await readLostClaims(context, deals, (deal) => healingOf(context, deal), silent, options);
  const allowed = new Map<DealId, number>();
  for (const id of new Set(claims.map(({ deal }) => deal))) allowed.set(id, await allowedOf(context, known.get(id) as KnownDeal));
  const impatient: (readonly [DealId, undefined])[] = [];
  for (const id of allowed.keys()) if (!(await isPatient(context, id))) impatient.push([id, undefined]);
  const plan = decideHealing({ claims, slabs: await slabsOf(context, claims), allowed });
  const failures = createFailureList(context, options.report);
  const round: HealRound = {
    known,
    purse: createPurse(options.maxEgress),
    failures,
    refused: new Map(impatient),
    healed: [],
    unhealed: [],
  };
  for (const damaged of plan.hopeless) giveUp(context, round, damaged, 'too-few');
  for (const damaged of plan.later) giveUp(context, round, damaged, 'enough-lately');
  if (options.dryRun) for (const damaged of plan.heal) round.healed.push(...damaged.shards.map((place) => describe(round, damaged, place)));
  else
    await inFlight(plan.heal, context.limits.slabsInFlight, signal, (damaged, either) =>
      healSlab(context, round, damaged, options, either),
    );
  const { healed, unhealed, purse } = round;
  return {
    performed: options.dryRun !== true,
    deals: deals.length,
    asked: asked.length,
    healed,
    unhealed,
    ended,
    unknown,
    egress: purse.spent,
    failures: [...silent.all, ...failures.all],
  };
};
