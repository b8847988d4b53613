import type { Readable } from 'node:stream';
import { isHoldfastError } from '../../core/errors/holdfast-error.js';
import { LEAF_BYTES } from '../../core/units.js';
import type { ByteSource } from '../../ports/world.js';
import type { StoredObject } from '../../ports/catalogue.js';
import type { ProviderFailure } from '../../renter/events.js';
import { leavesPerProvider, type Quote } from '../../renter/homes/quote.js';
import type { Renter } from '../../renter/renter.js';
import type { PutOptions } from '../../renter/upload/put.js';
import type { Failed, ToStore } from './gather.js';
import { openSource } from './open-source.js';
import { codedOfOne, planAgain, planFiles, type Planned, type StorePlan } from './plan-files.js';
import { createStreamSource, type StreamSourceOptions } from './stream-source.js';

/** What a run of puts asks of a renter. */
type Storer = Pick<Renter, 'object' | 'unreadable' | 'put' | 'putPacked' | 'mostPacked'>;

/** What is stored of, and how. */
export interface StoreOptions extends Omit<PutOptions, 'name' | 'source' | 'k' | 'n'> {
  readonly k: number;
  readonly n: number;
  /** What standard input is. */
  readonly input: () => Readable;
  readonly spool: Omit<StreamSourceOptions, 'name'>;
  /** Hears, before anything is paid, how much is to be stored; streams not counted. */
  readonly onPlan?: (plan: StorePlan) => void;
  /** Hears which file comes next. */
  readonly onFile?: (file: ToStore) => void;
}

/** What became of the files of a run. */
export interface StoreResult {
  readonly stored: readonly StoredObject[];
  readonly unchanged: readonly StoredObject[];
  readonly failed: readonly Failed[];
  /** What all of them were quoted with. */
  readonly quote: Quote | undefined;
  readonly failures: readonly ProviderFailure[];
}

const open = async ({ path, kind }: ToStore, { input, spool }: StoreOptions): Promise<ByteSource & AsyncDisposable> =>
  kind === 'standard input' ? await createStreamSource(input(), { name: path, ...spool }) : await openSource(path, kind, spool);

/** Bytes of room that a file takes, coded with `k` data shards. */
const roomOf = ({ bytes = 0 }: Planned, k: number): number => leavesPerProvider(bytes, k) * LEAF_BYTES * k;

/** For each file the room that all after it take. */
const roomsAfter = (files: readonly Planned[], k: number): readonly number[] => {
  const rooms: number[] = [];
  files.reduceRight((sum, file, index) => {
    rooms[index] = sum;
    return sum + roomOf(file, k);
  }, 0);
  return rooms;
};

type Heard = Pick<PutOptions, 'report' | 'confirm'>;

/** What hears of quotes once all was agreed to: of those alone that cost more. */
const hearMore = ({ report, confirm }: Heard): Heard => ({
  ...(report && { report: (event) => (event.kind === 'quoted' && event.quote.escrow === 0n ? undefined : report(event)) }),
  ...(confirm && { confirm: async (quote) => quote.escrow === 0n || (await confirm(quote)) }),
});

/** How often a run of small files is begun, where some change while they are stored. */
const MOST_TURNS = 3;

/** Files that share sectors, and those that have some for themselves: what is large, empty or of no known length, or the only small one. */
const split = (
  renter: Storer,
  files: readonly Planned[],
  shape: Pick<StoreOptions, 'k' | 'n'>,
): { readonly small: readonly Planned[]; readonly others: readonly Planned[] } => {
  const most = renter.mostPacked(shape);
  const isSmall = ({ bytes }: Planned): boolean => bytes !== undefined && bytes > 0 && bytes <= most;
  const small = files.filter(isSmall);
  return small.length < 2 ? { small: [], others: files } : { small, others: files.filter((file) => !isSmall(file)) };
};

/**
 * Stores files: the small ones together, since they share sectors, the others one after the other. The first are quoted with all that follow and in
 * deals that have room for them, so that what is agreed to is agreed to once. Skips what is stored already under its name and can be read back: a
 * file of that size and times, or else of that content. What is wrong with a file is told and the others go on; what is wrong with more than that is
 * thrown. With one file alone everything is.
 */
export const storeFiles = async (renter: Storer, files: readonly ToStore[], options: StoreOptions): Promise<StoreResult> => {
  const { input: _input, spool: _spool, onPlan, onFile, ...terms } = options;
  const failed: Failed[] = [];
  const stored: StoredObject[] = [];
  const failures = new Map<string, ProviderFailure>();
  let quote: Quote | undefined;
  const plan = await planFiles(renter, files, options, failed);
  const unchanged = [...plan.unchanged];
  const { small, others } = split(renter, plan.files, options);
  const rooms = roomsAfter(others, options.k);
  onPlan?.(plan);

  const note = (result: { readonly quote?: Quote | undefined; readonly failures: readonly ProviderFailure[] }): void => {
    quote ??= result.quote;
    for (const failure of result.failures) failures.set(failure.provider, failure);
  };
  /** Where one of them changed after its neighbours were coded with it, all that is not stored yet is begun again as it is now. */
  const storeSmall = async (): Promise<void> => {
    let [rest, turns]: [readonly Planned[], number] = [small, 0];
    const onStored = (objects: readonly StoredObject[]): void => {
      stored.push(...objects);
      const names = new Set(objects.map(({ name }) => name));
      rest = rest.filter(({ file }) => !names.has(file.name));
    };
    while (rest.length > 0) {
      const files = rest.map(({ file, bytes = 0, origin }) => ({ name: file.name, bytes, origin, file, open: () => open(file, options) }));
      const onFailed = ({ file }: (typeof files)[number], error: unknown): void => {
        failed.push({ path: file.path, error: codedOfOne(file.path, error) });
        rest = rest.filter((one) => one.file !== file);
      };
      const following = others.reduce((sum, file) => sum + roomOf(file, options.k), 0);
      const heard = quote === undefined ? terms : hearMore(terms);
      try {
        note(await renter.putPacked({ ...terms, ...heard, following, files, onFile: ({ file }) => onFile?.(file), onFailed, onStored }));
        return;
      } catch (error) {
        if (!isHoldfastError(error, 'SOURCE_CHANGED') || ++turns === MOST_TURNS) throw error;
        rest = await planAgain(rest, options, failed);
      }
    }
  };
  const storeAlone = async ({ file }: Planned, index: number): Promise<void> => {
    await using source = await open(file, options);
    onFile?.(file);
    const heard = quote === undefined ? terms : hearMore(terms);
    const result = await renter.put({ ...terms, ...heard, following: rooms[index] ?? 0, name: file.name, source });
    note(result);
    (result.same ? unchanged : stored).push(result.object);
  };
  await storeSmall();
  for (const [index, planned] of others.entries()) {
    try {
      await storeAlone(planned, index);
    } catch (error) {
      if (files.length === 1) throw error;
      failed.push({ path: planned.file.path, error: codedOfOne(planned.file.path, error) });
    }
  }
  return { stored, unchanged, failed, quote, failures: [...failures.values()] };
};
