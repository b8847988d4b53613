import { HoldfastError } from '../../core/errors/holdfast-error.js';
import type { Hash } from '../../core/units.js';
import { pause } from '../../core/tasks/waiting.js';
import type { BlockSource } from './block-source.js';
import type { Anchor } from './descend.js';

export interface AgreementOptions {
  readonly first: BlockSource;
  readonly second: BlockSource;
  /** Below it nothing is asked. */
  readonly deployment: Anchor;
  /** How long two RPCs may differ, as they do for a moment around a new block, milliseconds. Default 15,000. */
  readonly patienceMilliseconds?: number;
  readonly signal: AbortSignal;
}

/** Most heights without a block in a row. */
const MOST_EMPTY = 20;

const hashAt = async (source: BlockSource, block: number, signal: AbortSignal): Promise<Hash | undefined> =>
  (await source.headers([block], signal))[0]?.reportedHash;

const hashesAt = async (block: number, { first, second, signal }: AgreementOptions): Promise<readonly (Hash | undefined)[]> =>
  Promise.all([hashAt(first, block, signal), hashAt(second, block, signal)]);

/** Lowest block on which the two differ, which they do on `differing`: halved between the deployment and there. */
const firstDifference = async (differing: number, options: AgreementOptions): Promise<number> => {
  let [low, high] = [options.deployment.block, differing];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const [left, right] = await hashesAt(middle, options);
    if (left === right) low = middle + 1;
    else high = middle;
  }
  return high;
};

/**
 * The newest block that both RPCs have, with the hash that both report. Around a new block they may differ for a while;
 * after that it is LEDGER_HEADS_DIFFER, with the first block on which they do.
 */
export const agreeOnHead = async (options: AgreementOptions): Promise<Anchor> => {
  const { first, second, deployment, patienceMilliseconds = 15_000, signal } = options;
  const since = Date.now();
  for (;;) {
    const newest = await Promise.all([first.newest(signal), second.newest(signal)]);
    let block = Math.min(...newest.map(({ number }) => number));
    if (block < deployment.block) throw new HoldfastError('LEDGER_HEAD_TOO_OLD', { block, deployment: deployment.block });
    let [left, right] = await hashesAt(block, options);
    // A height at which neither has a block is no head: Filecoin has such.
    for (let lower = 0; lower < MOST_EMPTY && left === undefined && right === undefined && block > deployment.block; lower++) {
      block -= 1;
      [left, right] = await hashesAt(block, options);
    }
    if (left !== undefined && left === right) return { block, hash: left };
    if (Date.now() - since >= patienceMilliseconds) {
      const parting = await firstDifference(block, options);
      const [says = 'missing', other = 'missing'] = await hashesAt(parting, options);
      throw new HoldfastError('LEDGER_HEADS_DIFFER', { block: parting, first: first.name, says, second: second.name, other });
    }
    await pause(Math.min(500, patienceMilliseconds), signal);
  }
};

/** The block called `head`, which must be on the chain that `source` serves. LEDGER_HEAD_UNKNOWN. */
export const headNamed = async (source: BlockSource, head: Hash, signal: AbortSignal): Promise<Anchor> => {
  const found = await source.headerNamed(head, signal);
  const canonical = found === undefined ? undefined : await hashAt(source, found.number, signal);
  if (found === undefined || canonical !== head) throw new HoldfastError('LEDGER_HEAD_UNKNOWN', { head, url: source.name });
  return { block: found.number, hash: head };
};
