import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { addCounts, noCounts, type BlockRecord, type Counts } from '../../core/ledger/chunk.js';
import { joinSegments, planDescent, type Segment, type Step } from '../../core/ledger/segments.js';
import type { Hash } from '../../core/units.js';
import { inOrder } from '../../core/tasks/in-order.js';
import type { ChunkCheck, ChunkReader } from './read-chunk.js';

/** A block and the hash that it must have. */
export interface Anchor {
  readonly block: number;
  readonly hash: Hash;
}

export interface DescentOptions {
  readonly read: ChunkReader;
  /** Whose answers are checked, for errors. */
  readonly url: string;
  /** The trusted newest block. */
  readonly head: Anchor;
  /** The trusted first block. */
  readonly deployment: Anchor;
  /** What earlier descents established. */
  readonly known: readonly Segment[];
  /** Steps of up to 1,024 blocks that are read at a time. Default 2. */
  readonly ahead?: number;
  /** Told after each step how many blocks are behind, of all. */
  readonly progress?: (done: number, of: number) => void;
  /** Told from time to time what is established so far, to be kept. */
  readonly keep?: (segments: readonly Segment[]) => Promise<void>;
  readonly signal: AbortSignal;
}

export interface Descent {
  /** All blocks with events of ours, from the deployment to the head. */
  readonly records: readonly BlockRecord[];
  /** What this descent checked itself. */
  readonly counts: Counts;
  /** Blocks that an earlier one had checked. */
  readonly cached: number;
  /** First block of the lowest known segment that is of another chain than the head: a reorganization since. */
  readonly reorganizedFrom?: number;
}

/** Steps between two calls of `keep`. */
const KEPT_EVERY = 20;

/**
 * Follows the parent links from `head` down to `deployment`, checking every block that no known segment stands for.
 * LEDGER_MISFIT for the first block that does not fit; a known segment that no longer fits is read again.
 */
export const descend = async (options: DescentOptions): Promise<Descent> => {
  const { head, deployment, signal, progress, keep } = options;
  if (head.block < deployment.block) throw new HoldfastError('LEDGER_HEAD_TOO_OLD', { block: head.block, deployment: deployment.block });
  let known = options.known;
  const found: Segment[] = [];
  let [at, expected, counts, cached, steps] = [head.block, head.hash, noCounts, 0, 0];
  let reorganizedFrom: number | undefined;

  const pass = (segment: Segment): void => {
    found.push(segment);
    at = segment.from - 1;
    expected = segment.parent;
    progress?.(head.block - at, head.block - deployment.block + 1);
  };

  const fetch = async (step: Step, until: AbortSignal): Promise<ChunkCheck | undefined> =>
    step.kind === 'known' ? undefined : options.read(step.from, step.to, until);

  /** One run down; ends early when a known segment turns out to be of another chain. */
  const run = async (): Promise<void> => {
    for await (const [step, check] of inOrder(planDescent(at, deployment.block + 1, known), options.ahead ?? 2, fetch, signal)) {
      if (step.kind === 'known') {
        if (step.segment.hash !== expected) {
          known = known.filter((segment) => segment !== step.segment);
          reorganizedFrom = step.segment.from;
          return;
        }
        cached += step.segment.to - step.segment.from + 1;
        pass(step.segment);
        continue;
      }
      const hash = expected;
      const checked = (check as ChunkCheck)(hash);
      counts = addCounts(counts, checked.counts);
      pass({ from: step.from, to: step.to, hash, parent: checked.parent, records: checked.records });
      steps += 1;
      if (steps % KEPT_EVERY === 0) await keep?.(joinSegments([...found, ...known.filter(({ to }) => to <= at)]));
    }
  };

  while (at > deployment.block) await run();
  if (expected !== deployment.hash) {
    const data = { block: deployment.block, what: 'the hash of the deployment block', expected: deployment.hash, found: expected };
    throw new HoldfastError('LEDGER_MISFIT', { ...data, url: options.url });
  }
  const lowest = (await options.read(deployment.block, deployment.block, signal))(deployment.hash);
  progress?.(head.block - deployment.block + 1, head.block - deployment.block + 1);
  const segments = joinSegments(found);
  if (steps > 0) await keep?.(segments);
  return {
    records: [...lowest.records, ...segments.flatMap(({ records }) => records)],
    counts: addCounts(counts, lowest.counts),
    cached,
    ...(reorganizedFrom === undefined ? {} : { reorganizedFrom }),
  };
};
