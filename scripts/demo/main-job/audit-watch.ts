import type { ChainHead, ProviderSheet } from '../../../node/core/market/deal.js';
import { offsetAt, periodAt } from '../../../node/core/market/schedule.js';
import { unlessAborted } from '../../../node/core/tasks/waiting.js';
import type { Address, Period } from '../../../node/core/units.js';
import type { SettlementReader } from '../../../node/ports/settlement.js';
import { allSheets } from './all-sheets.js';

/** What the watch saw at one head. */
export interface Sight {
  readonly head: ChainHead;
  readonly period: Period;
  /** Blocks since the period's first. */
  readonly offset: number;
  readonly sheets: readonly ProviderSheet[];
}

/** Looks at every head whether those of the watched providers that store something prove in time. */
export interface AuditWatch {
  /** From now on `provider` may miss. */
  excuse(provider: Address): void;
  /** From now on a miss is no failure, nor that the chain does not answer at times: each is told once. */
  onlyTell(say: (line: string) => void): void;
  /** Rejects at the first miss of a watched provider that is not excused, and when the chain cannot be read. Never resolves. */
  readonly failure: Promise<never>;
  /** Resolves with the first sight that `looksLike`, the newest one to begin with. */
  until(looksLike: (sight: Sight) => boolean, signal: AbortSignal): Promise<Sight>;
}

/** A provider that proved nothing within a window. */
export class AuditMissed extends Error {
  override readonly name = 'AuditMissed';
}

/** Watches `providers`, whatever strangers do, until `signal` aborts. */
export const watchAudits = (
  reader: Pick<SettlementReader, 'parameters' | 'genesisBlock' | 'heads' | 'providerRecords' | 'providerSheets'>,
  providers: readonly Address[],
  signal: AbortSignal,
): AuditWatch => {
  const excused = new Set<Address>();
  const told = new Set<string>();
  let say: ((line: string) => void) | undefined;
  const waiting = new Set<(sight: Sight) => void>();
  let newest: Sight | undefined;
  const { periodBlocks, windowBlocks } = reader.parameters;

  const check = ({ period, offset, sheets }: Sight): void => {
    if (offset < windowBlocks) return;
    for (const { provider, total, lastProven } of sheets) {
      if (total === 0n || lastProven >= period || excused.has(provider) || !providers.includes(provider)) continue;
      complain(new AuditMissed(`${provider} did not prove period ${period}: its last is ${lastProven}`));
    }
  };
  const complain = (error: Error): void => {
    if (!say) throw error;
    if (!told.has(error.message)) say(error.message);
    told.add(error.message);
  };
  const readSheets = async (): Promise<readonly ProviderSheet[] | undefined> => {
    try {
      return await allSheets(reader, signal);
    } catch (error) {
      signal.throwIfAborted();
      complain(error instanceof Error ? error : new Error(String(error)));
      return undefined;
    }
  };
  const look = async (): Promise<never> => {
    for await (const head of reader.heads(signal)) {
      const sheets = await readSheets();
      if (!sheets) continue;
      const period = periodAt(head.block, reader.genesisBlock, periodBlocks);
      const sight = { head, period, offset: offsetAt(head.block, reader.genesisBlock, periodBlocks), sheets };
      check(sight);
      newest = sight;
      for (const each of waiting) each(sight);
    }
    signal.throwIfAborted();
    throw new Error('the chain makes no more blocks');
  };
  const failure = look();
  failure.catch(() => undefined);
  return {
    excuse: (provider) => void excused.add(provider),
    onlyTell: (tell) => void (say = tell),
    failure,
    until: async (looksLike, abort) => {
      abort.throwIfAborted();
      if (newest && looksLike(newest)) return newest;
      const { promise, resolve } = Promise.withResolvers<Sight>();
      const each = (sight: Sight): void => {
        if (looksLike(sight)) resolve(sight);
      };
      waiting.add(each);
      return unlessAborted(promise, abort).finally(() => waiting.delete(each));
    },
  };
};
