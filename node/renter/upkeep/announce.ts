import { asError } from '../../core/errors/coded.js';
import type { Announced } from '../../ports/upkeep-memory.js';
import type { RenterContext } from '../context.js';
import { decideAnnouncing } from './decide-announcing.js';
import type { Need } from './needs.js';

/** One way in which a person is told. */
export interface Channel {
  /** What was told this way is remembered under it: a short word. */
  readonly name: string;
  /** Resolves once they were delivered; rejects otherwise, and then they count as not told. */
  deliver(needs: readonly Need[], signal?: AbortSignal): Promise<void>;
}

export interface AnnounceOptions {
  readonly channels: readonly Channel[];
  /** Milliseconds before it is too late from which on something is announced. */
  readonly ahead: number;
  /** Whether `needs` are all there are: what is not among them is over then, and announced at once if it comes again. */
  readonly complete: boolean;
  readonly signal?: AbortSignal | undefined;
}

export interface AnnounceResult {
  /** What was told now, each once for each channel. */
  readonly told: readonly { readonly channel: string; readonly need: Need }[];
  readonly failed: readonly { readonly channel: string; readonly error: Error }[];
}

const readAnnounced = async ({ catalogue }: Pick<RenterContext, 'catalogue'>, prefix: string): Promise<Map<string, Announced>> => {
  const announced = new Map<string, Announced>();
  for await (const row of catalogue.announced.all()) if (row.id.startsWith(prefix)) announced.set(row.id.slice(prefix.length), row);
  return announced;
};

/**
 * Tells people what is needed of them, by each channel once, and again later. It is recorded once it was delivered: a run that is killed between
 * the two tells it again. One channel's failure is no other's.
 */
export const announceNeeds = async (
  context: Pick<RenterContext, 'catalogue' | 'clock'>,
  needs: readonly Need[],
  { channels, ahead, complete, signal }: AnnounceOptions,
): Promise<AnnounceResult> => {
  const told: { channel: string; need: Need }[] = [];
  const failed: { channel: string; error: Error }[] = [];
  const { announced: shelf } = context.catalogue;
  for (const { name: channel, deliver } of channels) {
    const prefix = `${channel}: `;
    const announced = await readAnnounced(context, prefix);
    const now = context.clock.now();
    const due = decideAnnouncing({ needs, announced, now, ahead });
    try {
      if (due.length > 0) await deliver(due, signal);
      for (const need of due) {
        await shelf.put({ id: prefix + need.id, times: (announced.get(need.id)?.times ?? 0) + 1, at: now });
        told.push({ channel, need });
      }
    } catch (error) {
      signal?.throwIfAborted();
      failed.push({ channel, error: asError(error) });
    }
    if (!complete) continue;
    const over = [...announced].filter(([id]) => !needs.some((need) => need.id === id));
    for (const [, row] of over) await shelf.drop(row);
  }
  return { told, failed };
};
