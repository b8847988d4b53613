import type { Deal } from '../../core/market/deal.js';
import { isHoldfastError } from '../../core/errors/holdfast-error.js';
import { answerSpan } from '../../core/market/schedule.js';
import type { Address, BlockNumber, DealId, Hash, Period } from '../../core/units.js';
import type { Settlement } from '../../ports/settlement.js';
import type { Metrics } from '../../ports/metrics.js';
import type { Clock, Log } from '../../ports/world.js';
import { buildAnswer, type ProofSources } from './build-proof.js';
import { areCurrent, createAnswerSender, type ReadyAnswer } from './answer-sender.js';
import { answerIsLate, decideAnswers, decideWithdrawals, type AnswerDecision, type ChallengedDeal } from './decide-answer.js';
import type { Moment } from '../moment.js';
import type { ProviderPolicy } from '../policy.js';

/** An open challenge, for screens. */
export interface OpenChallenge {
  readonly deal: DealId;
  readonly challenger: Address;
  /** In which it was opened. */
  readonly period: Period;
  /** From this block on anyone may make it expire. */
  readonly expires: BlockNumber;
  /** Whether an answer is on its way. */
  readonly inHand: boolean;
}

/** Answers the challenges of the provider's deals, as urgently as an audit, many in a transaction. */
export interface Answerer {
  /** Sends the answers that are due in `moment`, and resolves without waiting until they are mined. */
  step(moment: Moment, signal: AbortSignal): Promise<void>;
  /** Compares what it knows with deals that were read for another reason, and reads again if they are ahead. */
  compare(deals: readonly Deal[]): void;
  /** Whether an answer is on its way. */
  readonly busy: boolean;
  /** As the chain was last read. */
  readonly open: readonly OpenChallenge[];
}

export interface AnswererOptions extends ProofSources {
  readonly settlement: Settlement;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly policy: Pick<ProviderPolicy, 'proofDelay' | 'answersInHand' | 'answerItems' | 'answerBytes' | 'answerWait'>;
}

/** What was read, and of which block. */
interface Reading {
  readonly block: BlockNumber;
  readonly hash: Hash;
  readonly period: Period;
  readonly challenged: readonly ChallengedDeal[];
}

export const createAnswerer = (options: AnswererOptions): Answerer => {
  const { settlement, log, metrics, clock, policy, provider } = options;
  const { genesisBlock, parameters } = settlement;
  const sender = createAnswerSender({ settlement, log, metrics, items: policy.answerItems, onDone: (answered) => drop(answered) });
  const { inHand } = sender;
  const impossible = new Set<DealId>();
  let reading: Reading | undefined;
  let stale = true;
  /** Alarms go off once each for a challenge; the others are forgotten with it. */
  let told = new Set<string>();

  /** Of a flood that many transactions answer, each is read once: the others are as they were. If one failed, all are read again. */
  const drop = (answered: readonly DealId[]): void => {
    if (answered.length === 0 || reading === undefined) stale = true;
    else reading = { ...reading, challenged: reading.challenged.filter(({ deal }) => !answered.includes(deal.id)) };
  };

  const once = (what: string, { deal, challenge }: ChallengedDeal, tell: () => void): void => {
    const key = `${what} ${deal.id} ${challenge.period}`;
    if (told.has(key)) return;
    told.add(key);
    tell();
  };

  const read = async ({ head, period }: Moment, signal: AbortSignal): Promise<Reading> => {
    stale = false;
    const pinned = (await settlement.treeOf(provider, signal)).filter((deal) => deal.challenged);
    const found = await Promise.all(
      pinned.map(async (deal): Promise<ChallengedDeal[]> => {
        const challenge = await settlement.challengeOf(deal.id, signal);
        return challenge === undefined ? [] : [{ deal, challenge, span: answerSpan(challenge.period, genesisBlock, parameters) }];
      }),
    );
    return { block: head.block, hash: head.hash, period, challenged: found.flat() };
  };

  /**
   * Read at the start, once a period when answers can be due, after an answer that failed, when deals read for the journal are ahead, and
   * when the block of the last reading is gone.
   */
  const isOld = async ({ head, period, offset }: Moment, signal: AbortSignal): Promise<boolean> => {
    if (stale || reading === undefined) return true;
    if (reading.period !== period && offset >= policy.proofDelay) return true;
    return head.hash !== reading.hash && (await settlement.blockHash(reading.block, signal)) !== reading.hash;
  };

  const hashesOf = async (challenged: readonly ChallengedDeal[], block: BlockNumber, signal: AbortSignal) => {
    const hashes = new Map<BlockNumber, Hash>();
    for (const seeded of new Set(challenged.map(({ span }) => span.seeded))) {
      const hash = seeded <= block ? await settlement.blockHash(seeded, signal) : undefined;
      if (hash !== undefined) hashes.set(seeded, hash);
    }
    return hashes;
  };

  const build = async (due: AnswerDecision, signal: AbortSignal): Promise<Uint8Array | undefined> => {
    const { deal, challenge, span } = due;
    try {
      const samples = await buildAnswer(options, deal, challenge, signal);
      impossible.delete(deal.id);
      return samples;
    } catch (error) {
      signal.throwIfAborted();
      impossible.add(deal.id);
      const facts = { deal: deal.id, opened: challenge.period, expires: span.expires, error };
      if (isHoldfastError(error, 'SEED_UNAVAILABLE')) log.debug('seed-unavailable', facts);
      else once('impossible', due, () => log.alarm('answer-impossible', facts));
      return undefined;
    }
  };

  /** Another hash now means that the draw was of a block that is gone: the next head decides anew. */
  const launch = async (ready: readonly ReadyAnswer[], signal: AbortSignal): Promise<void> => {
    if (ready.length > 0 && (await areCurrent(ready, (block) => settlement.blockHash(block, signal)))) sender.send(ready);
  };

  /** Makes answers in their order and sends them, as many in a transaction as fit, or as were made in the time that may be waited. */
  const answer = async (due: readonly AnswerDecision[], signal: AbortSignal): Promise<void> => {
    let ready: ReadyAnswer[] = [];
    let bytes = 0;
    let began = clock.now();
    const flush = async (): Promise<void> => {
      const sent = ready;
      [ready, bytes, began] = [[], 0, clock.now()];
      await launch(sent, signal);
    };
    for (const each of due) {
      if (sender.flights >= policy.answersInHand) return;
      const samples = await build(each, signal);
      if (samples === undefined) continue;
      if (bytes + samples.length > policy.answerBytes) await flush();
      if (sender.flights >= policy.answersInHand) return;
      ready.push({ ...each, samples });
      bytes += samples.length;
      if (ready.length >= sender.items || clock.now() - began >= policy.answerWait) await flush();
    }
    await flush();
  };

  /** Tells once of each challenge that is new, and of each that half of its window has not answered. */
  const tell = ({ challenged }: Reading, block: BlockNumber): void => {
    const still = new Set(challenged.map(({ deal, challenge }) => `${deal.id} ${challenge.period}`));
    told = new Set([...told].filter((key) => still.has(key.slice(key.indexOf(' ') + 1))));
    for (const each of challenged) {
      const { deal, challenge, span } = each;
      const facts = { deal: deal.id, opened: challenge.period, expires: span.expires };
      once('noticed', each, () => log.info('challenge-noticed', { ...facts, challenger: challenge.challenger }));
      if (answerIsLate(each, block)) once('late', each, () => log.alarm('answer-late', { ...facts, block, sent: inHand.has(deal.id) }));
    }
  };

  return {
    get busy() {
      return sender.flights > 0;
    },
    get open() {
      return (reading?.challenged ?? []).map(({ deal, challenge, span }) => ({
        deal: deal.id,
        challenger: challenge.challenger,
        period: challenge.period,
        expires: span.expires,
        inHand: inHand.has(deal.id),
      }));
    },
    compare: (deals) => {
      const pinned = deals.filter(({ challenged, defaulted }) => challenged && defaulted === undefined).map(({ id }) => id);
      const known = new Set(reading?.challenged.map(({ deal }) => deal.id));
      if (pinned.length !== known.size || pinned.some((id) => !known.has(id))) stale = true;
    },
    step: async (moment, signal) => {
      if (await isOld(moment, signal)) reading = await read(moment, signal);
      if (reading === undefined || reading.challenged.length === 0) return;
      const { block } = moment.head;
      const { challenged } = reading;
      tell(reading, block);
      const hashes = await hashesOf(challenged, block, signal);
      const { windowBlocks } = parameters;
      for (const deal of decideWithdrawals({ challenged, hashes, inHand })) sender.withdraw(deal);
      await answer(decideAnswers({ block, challenged, hashes, inHand, impossible, windowBlocks, policy }), signal);
    },
  };
};
