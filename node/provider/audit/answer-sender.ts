import { isHoldfastError } from '../../core/errors/holdfast-error.js';
import { blockNumber, type BlockNumber, type DealId, type Hash } from '../../core/units.js';
import type { Receipt, Settlement, SettlementAction } from '../../ports/settlement.js';
import type { Metrics } from '../../ports/metrics.js';
import type { Log } from '../../ports/world.js';
import type { AnswerDecision, AnswerInHand } from './decide-answer.js';

/** An answer that is made. */
export interface ReadyAnswer extends AnswerDecision {
  readonly samples: Uint8Array;
}

interface Flight {
  readonly answers: readonly ReadyAnswer[];
  readonly giveUp: AbortController;
}

/** Sends answers, many in a transaction, and knows which are on their way. */
export interface AnswerSender {
  readonly inHand: ReadonlyMap<DealId, AnswerInHand>;
  /** Transactions on their way. */
  readonly flights: number;
  /** Most answers that fit into one transaction. */
  readonly items: number;
  /** Sends them in one transaction, and does not wait until it is mined. */
  send(answers: readonly ReadyAnswer[]): void;
  /** Gives up the transaction that carries the answer for `deal`; what else it carries is free to be sent again. */
  withdraw(deal: DealId): void;
}

export interface AnswerSenderOptions {
  readonly settlement: Settlement;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Most answers of one transaction. */
  readonly items: number;
  /** Called when a transaction is done with: the deals that it answered for, none if it failed. */
  readonly onDone: (answered: readonly DealId[]) => void;
}

const actionOf = (answers: readonly ReadyAnswer[]): SettlementAction => {
  const items = answers.map(({ deal, samples }) => ({ kind: 'answer', deal: deal.id, samples }) as const);
  return items.length === 1 && items[0] !== undefined ? items[0] : { kind: 'batch', items };
};

export const createAnswerSender = ({ settlement, log, metrics, onDone, ...options }: AnswerSenderOptions): AnswerSender => {
  const inHand = new Map<DealId, AnswerInHand & { readonly flight: Flight }>();
  const flights = new Set<Flight>();
  let { items } = options;

  const release = (flight: Flight): void => {
    flights.delete(flight);
    for (const { deal } of flight.answers) if (inHand.get(deal.id)?.flight === flight) inHand.delete(deal.id);
  };

  const failed = (deals: readonly DealId[], error: unknown): void => {
    // Somebody else may have answered: then there is nothing left to do.
    if (isHoldfastError(error, 'NOT_CHALLENGED')) return;
    for (const _ of deals) metrics.count('holdfast_answers_total', { outcome: 'failed' });
    log.warn('answer-failed', { deals, error });
  };

  const mined = ({ answers }: Flight, { block, gasUsed, fee, ...receipt }: Receipt): DealId[] => {
    const refused = new Map(receipt.failed.map(({ index, error }) => [index, error]));
    const good = answers.filter((_, index) => !refused.has(index)).map(({ deal }) => deal.id);
    for (const _ of good) metrics.count('holdfast_answers_total', { outcome: 'mined' });
    if (good.length > 0) log.info('answer-mined', { deals: good, block, gasUsed, fee });
    for (const [index, error] of refused) failed(answers[index] === undefined ? [] : [answers[index].deal.id], error);
    return good;
  };

  const carry = async (flight: Flight, deadline: BlockNumber): Promise<void> => {
    const { answers, giveUp } = flight;
    let answered: readonly DealId[] = [];
    try {
      answered = mined(flight, await settlement.submit(actionOf(answers), { priority: 'audit', deadline, signal: giveUp.signal }));
    } catch (error) {
      if (giveUp.signal.aborted) return;
      if (isHoldfastError(error, 'TRANSACTION_TOO_LARGE')) items = Math.max(1, Math.floor(answers.length / 2));
      failed(
        answers.map(({ deal }) => deal.id),
        error,
      );
    } finally {
      release(flight);
      onDone(answered);
    }
  };

  return {
    inHand,
    get flights() {
      return flights.size;
    },
    get items() {
      return items;
    },
    send: (answers) => {
      const flight: Flight = { answers, giveUp: new AbortController() };
      const deadline = blockNumber(Math.min(...answers.map((answer) => answer.deadline)));
      flights.add(flight);
      for (const { deal, span, seededHash } of answers) inHand.set(deal.id, { seeded: span.seeded, seededHash, flight });
      for (const _ of answers) metrics.count('holdfast_answers_total', { outcome: 'sent' });
      log.info('answer-sent', {
        deals: answers.map(({ deal }) => deal.id),
        deadline,
        bytes: answers.reduce((sum, { samples }) => sum + samples.length, 0),
      });
      void carry(flight, deadline);
    },
    withdraw: (deal) => {
      const sent = inHand.get(deal);
      if (sent === undefined) return;
      metrics.count('holdfast_answers_total', { outcome: 'replaced' });
      log.warn('answer-replaced', { deal, seeded: sent.seeded });
      sent.flight.giveUp.abort();
      release(sent.flight);
    },
  };
};

/** Whether all `answers` still answer what the chain draws. */
export const areCurrent = async (
  answers: readonly ReadyAnswer[],
  hashOf: (block: BlockNumber) => Promise<Hash | undefined>,
): Promise<boolean> => {
  const seeds = new Map(answers.map(({ span, seededHash }) => [span.seeded, seededHash]));
  for (const [block, hash] of seeds) if ((await hashOf(block)) !== hash) return false;
  return true;
};
