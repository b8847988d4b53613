import type { Wei } from '../../core/units.js';
import type { TaskOptions } from '../context.js';
import type { Quote } from '../homes/quote.js';
import type { Threshold } from './decide-repair.js';
import type { Counting } from './read-health.js';

export interface RepairOptions extends TaskOptions {
  /** Ids or names; all objects by default. */
  readonly objects?: readonly string[];
  /** Repair a slab when fewer shards than this are not lost. Default: its n. */
  readonly threshold?: Threshold;
  /** Shards in deals that end within this many periods count as lost. Default 2. */
  readonly margin?: number;
  /** Periods that new deals are paid for. */
  readonly periods: number;
  /** Bytes of later files that new deals have room for. Default: all that is to be moved, at least as much as the file. */
  readonly room?: number;
  readonly maxPrice?: Wei;
  readonly maxEgressPrice?: Wei;
  /** How often new deals can pay for a read of all their room. Default 1. */
  readonly reads?: number;
  /** Most token wei to be promised for reading what is left. */
  readonly maxEgress?: Wei | undefined;
  readonly confirm?: (quote: Quote) => Promise<boolean>;
  /** Counts probes in a row from run to run. */
  readonly counting?: Counting | undefined;
  /** What fails for one object is told with it, and the others go on. */
  readonly eachForItself?: boolean | undefined;
}
