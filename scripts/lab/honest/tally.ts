import { isHoldfastError } from '../../../node/core/errors/holdfast-error.js';
import type { Receipt, SettlementAction } from '../../../node/ports/settlement.js';

/** How often what happened, over many runs. */
export interface Tally {
  verb(name: string): void;
  /** Counts the verbs of an action that was carried out, and the refusals of its items. */
  action(action: SettlementAction, receipt: Receipt): void;
  /** Items that a batch skipped. */
  failures(receipt: Receipt): void;
  /** What a contract said. */
  refusal(error: unknown): void;
  /** What a daemon said. */
  answer(error: unknown): void;
  move(name: string): void;
  blocks(newest: number): void;
  /** Something that an honest person set out to do, and whether it came to its end. */
  honest(what: HonestDeed, done: boolean): void;
  readonly counts: Counts;
}

export type HonestDeed = 'puts' | 'gets' | 'proofs' | 'redemptions' | 'answers';

/** What was counted, by name. */
export interface Counts {
  readonly verbs: Map<string, number>;
  readonly refusals: Map<string, number>;
  readonly answers: Map<string, number>;
  readonly moves: Map<string, number>;
  readonly deeds: Map<HonestDeed, { begun: number; done: number }>;
  blocks: number;
  runs: number;
}

const add = <Key>(map: Map<Key, number>, key: Key): void => void map.set(key, (map.get(key) ?? 0) + 1);

/** What is wrong with the test itself, and no refusal of anybody. */
const isNews = (error: unknown): boolean => !isHoldfastError(error) || error.code === 'INTERNAL' || error.code === 'PANIC';

export const createTally = (): Tally => {
  const counts: Counts = {
    verbs: new Map(),
    refusals: new Map(),
    answers: new Map(),
    moves: new Map(),
    deeds: new Map(),
    blocks: 0,
    runs: 0,
  };
  let last = 0;
  const note = (map: Map<string, number>, error: unknown): void => {
    if (isNews(error)) throw error;
    if (isHoldfastError(error)) add(map, error.code);
  };
  const failures = ({ failed }: Receipt): void => {
    for (const { error } of failed) note(counts.refusals, error);
  };
  return {
    counts,
    verb: (name) => add(counts.verbs, name),
    failures,
    action: (action, receipt) => {
      add(counts.verbs, action.kind === 'leave' ? 'leaveDeal' : action.kind);
      if (action.kind !== 'batch') return;
      const failed = new Set(receipt.failed.map(({ index }) => index));
      for (const [index, item] of action.items.entries()) if (!failed.has(index)) add(counts.verbs, item.kind);
      failures(receipt);
    },
    refusal: (error) => note(counts.refusals, error),
    answer: (error) => note(counts.answers, error),
    move: (name) => add(counts.moves, name),
    blocks: (newest) => {
      if (newest > last) counts.blocks += newest - last;
      last = newest;
    },
    honest: (what, done) => {
      const deed = counts.deeds.get(what) ?? { begun: 0, done: 0 };
      deed.begun += 1;
      if (done) deed.done += 1;
      counts.deeds.set(what, deed);
    },
  };
};
