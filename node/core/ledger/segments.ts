import type { Hash } from '../units.js';
import type { BlockRecord } from './chunk.js';

/**
 * A row of blocks that was checked: if block `to` has the hash `hash`, then its records are `records` and the block before
 * `from` has the hash `parent`. That holds whatever the chain became since.
 */
export interface Segment {
  readonly from: number;
  readonly to: number;
  readonly hash: Hash;
  readonly parent: Hash;
  readonly records: readonly BlockRecord[];
}

/** Blocks of a full segment, and of one step of checking. */
export const SEGMENT_BLOCKS = 1_024;

/** First block of the step that ends at `to`: steps end where segments of full length do. */
export const stepStart = (to: number, lowest: number): number => Math.max(lowest, Math.floor(to / SEGMENT_BLOCKS) * SEGMENT_BLOCKS);

const joins = (below: Segment, above: Segment): boolean =>
  below.to + 1 === above.from &&
  below.hash === above.parent &&
  Math.floor(below.from / SEGMENT_BLOCKS) === Math.floor(above.to / SEGMENT_BLOCKS);

/** `segments` from the lowest to the highest, neighbours joined up to full length. */
export const joinSegments = (segments: readonly Segment[]): readonly Segment[] => {
  const joined: Segment[] = [];
  for (const above of segments.toSorted((a, b) => a.from - b.from)) {
    const below = joined.at(-1);
    if (below === undefined || !joins(below, above)) joined.push(above);
    else
      joined.splice(-1, 1, {
        from: below.from,
        to: above.to,
        hash: above.hash,
        parent: below.parent,
        records: [...below.records, ...above.records],
      });
  }
  return joined;
};

/** One step of a descent: blocks to be read, or a segment that may spare that. */
export type Step =
  { readonly kind: 'read'; readonly from: number; readonly to: number } | { readonly kind: 'known'; readonly segment: Segment };

/** The way from block `top` down to `bottom`, using the segments that lie on it. Segments must not overlap. */
export const planDescent = (top: number, bottom: number, segments: readonly Segment[]): readonly Step[] => {
  const steps: Step[] = [];
  const known = segments.filter(({ from, to }) => to <= top && from >= bottom).toSorted((a, b) => b.to - a.to);
  let at = top;
  const readDownTo = (lowest: number): void => {
    while (at >= lowest) {
      const from = stepStart(at, lowest);
      steps.push({ kind: 'read', from, to: at });
      at = from - 1;
    }
  };
  for (const segment of known) {
    if (segment.to > at) continue;
    readDownTo(segment.to + 1);
    steps.push({ kind: 'known', segment });
    at = segment.from - 1;
  }
  readDownTo(bottom);
  return steps;
};
