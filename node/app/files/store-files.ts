import type { Readable } from 'node:stream';
import { isHoldfastError, type HoldfastError } from '../../core/errors/holdfast-error.js';
import type { ByteSource } from '../../ports/world.js';
import type { StoredObject } from '../../ports/catalogue.js';
import type { ProviderFailure } from '../../renter/events.js';
import type { Quote } from '../../renter/homes/quote.js';
import type { Renter } from '../../renter/renter.js';
import { askedOnce } from '../../renter/upload/agreement.js';
import type { PutInCratesResult } from '../../renter/upload/put-in-crates.js';
import type { PutOptions, PutResult } from '../../renter/upload/put.js';
import type { Failed, ToStore } from './gather.js';
import { openSource } from './open-source.js';
import { failedWith, planAgain, planFiles, roomsFrom, type Planned, type StorePlan } from './plan-files.js';
import { createStreamSource, type StreamSourceOptions } from './stream-source.js';

/** What a run of puts asks of a renter. */
type Storer = Pick<Renter, 'object' | 'unreadable' | 'put' | 'putInCrates' | 'largestInCrate' | 'dropFormer'>;

/** What is stored of, and how. */
export interface StoreOptions extends Omit<PutOptions, 'name' | 'source' | 'k' | 'n'> {
  readonly k: number;
  readonly n: number;
  /** Versions of each name that stay once its newest is stored. Default: all. */
  readonly keepVersions?: number | undefined;
  /** What standard input is. */
  readonly input: () => Readable;
  readonly spool: Omit<StreamSourceOptions, 'name'>;
  /** Hears, before anything is paid, how much is to be stored; streams not counted. */
  readonly onPlan?: (plan: StorePlan) => void;
  /** Hears before a stream is read, which waits for whoever writes it. */
  readonly onStream?: (file: ToStore) => void;
  /** Hears which file comes next. */
  readonly onFile?: (file: ToStore) => void;
}

/** What became of the files of a run. */
export interface StoreResult {
  readonly stored: readonly StoredObject[];
  readonly unchanged: readonly StoredObject[];
  readonly failed: readonly Failed[];
  /** Former versions that were deleted. */
  readonly dropped: readonly StoredObject[];
  /** What all of them were quoted with. */
  readonly quote: Quote | undefined;
  readonly failures: readonly ProviderFailure[];
}

const open = async (file: ToStore, { input, spool, onStream }: StoreOptions): Promise<ByteSource & AsyncDisposable> => {
  const { path, kind } = file;
  if (kind !== 'file') onStream?.(file);
  return kind === 'standard input' ? await createStreamSource(input(), { name: path, ...spool }) : await openSource(path, kind, spool);
};

type Terms = Omit<PutOptions, 'name' | 'source' | 'following'>;

/** What became of the files of a run so far, and the terms of what comes next. */
interface Tally {
  readonly terms: Terms;
  readonly stored: StoredObject[];
  readonly unchanged: StoredObject[];
  readonly failed: Failed[];
  /** By provider. */
  readonly failures: Map<string, ProviderFailure>;
  /** What all of them were quoted with, once they were. */
  quote: Quote | undefined;
}

const note = (tally: Tally, { quote, failures }: PutResult | PutInCratesResult): void => {
  tally.quote ??= quote;
  for (const failure of failures) tally.failures.set(failure.provider, failure);
};

/** The terms of all puts of a run: what was agreed to for one counts for those after it. */
const termsOf = (options: StoreOptions): Terms => {
  const { input: _input, spool: _spool, keepVersions: _keep, onPlan: _onPlan, onFile: _onFile, onStream: _onStream, ...terms } = options;
  return { ...terms, ...askedOnce(terms) };
};

/** Tells which files may share sectors. */
const smallIn = (renter: Storer, shape: Pick<StoreOptions, 'k' | 'n'>): ((file: Planned) => boolean) => {
  const most = renter.largestInCrate(shape);
  return ({ bytes }) => bytes !== undefined && bytes > 0 && bytes <= most;
};

/** Files that share sectors, and those that have some for themselves: what is large, empty or of no known length, or the only small one. */
const split = (
  renter: Storer,
  files: readonly Planned[],
  shape: Pick<StoreOptions, 'k' | 'n'>,
): { readonly small: readonly Planned[]; readonly others: readonly Planned[] } => {
  const isSmall = smallIn(renter, shape);
  const small = files.filter(isSmall);
  return small.length < 2 ? { small: [], others: files } : { small, others: files.filter((file) => !isSmall(file)) };
};

/** How often a run of small files is begun, where some change while they are stored; whatever changes after that fails. */
const MOST_TURNS = 3;

/** Whether the error names that file. */
const isOf = ({ data }: HoldfastError<'SOURCE_CHANGED' | 'FILE_UNREADABLE'>, { path, name }: ToStore): boolean =>
  'path' in data ? data.path === path : data.name === path || data.name === name;

/**
 * Stores small files together, with `following` bytes of room for those that come after. Where one of them changed after its neighbours were coded
 * with it, all that is not stored yet is begun again as it is now. Gives back what is not small any more.
 */
const storeSmall = async (
  renter: Storer,
  small: readonly Planned[],
  following: number,
  options: StoreOptions,
  tally: Tally,
): Promise<readonly Planned[]> => {
  const isSmall = smallIn(renter, options);
  const others: Planned[] = [];
  /** Names of those that are stored or cannot be. */
  const settled = new Set<string>();
  const onStored = (objects: readonly StoredObject[]): void => {
    tally.stored.push(...objects);
    for (const { name } of objects) settled.add(name);
  };
  const onFailed = ({ file }: { readonly file: ToStore }, error: unknown): void => {
    tally.failed.push(failedWith(file, error));
    settled.add(file.name);
  };
  const onFile = ({ file }: { readonly file: ToStore }): void => options.onFile?.(file);
  let rest = small;
  for (let turn = 1; rest.length > 0; turn++) {
    const files = rest.map(({ file, bytes = 0, origin }) => ({ name: file.name, bytes, origin, file, open: () => open(file, options) }));
    try {
      note(tally, await renter.putInCrates({ ...tally.terms, following, files, onFile, onFailed, onStored }));
      break;
    } catch (error) {
      const changed = isHoldfastError(error, 'SOURCE_CHANGED', 'FILE_UNREADABLE')
        ? files.find((file) => isOf(error, file.file))
        : undefined;
      if (!changed) throw error;
      if (turn >= MOST_TURNS) onFailed(changed, error);
      const unsettled = rest.filter(({ file }) => !settled.has(file.name));
      const now = await planAgain(unsettled, options, tally.failed);
      others.push(...now.filter((file) => !isSmall(file)));
      rest = now.filter(isSmall);
    }
  }
  return others;
};

/** Stores a file in sectors of its own, with `following` bytes of room for those that come after. */
const storeAlone = async (renter: Storer, file: ToStore, following: number, options: StoreOptions, tally: Tally): Promise<void> => {
  await using source = await open(file, options);
  options.onFile?.(file);
  const result = await renter.put({ ...tally.terms, following, name: file.name, source });
  note(tally, result);
  (result.same ? tally.unchanged : tally.stored).push(result.object);
};

/**
 * Stores files: the small ones together, since they share sectors, the others one after the other. The first are quoted with all that follow and in
 * deals that have room for them, so that what is agreed to is agreed to once. Skips what is stored already under its name and can be read back: a
 * file of that size and times, or else of that content. What is wrong with a file is told and the others go on; what is wrong with more than that is
 * thrown. With one file alone everything is.
 */
export const storeFiles = async (renter: Storer, files: readonly ToStore[], options: StoreOptions): Promise<StoreResult> => {
  const failed: Failed[] = [];
  const plan = await planFiles(renter, files, options, failed);
  const tally: Tally = {
    terms: termsOf(options),
    stored: [],
    unchanged: [...plan.unchanged],
    failed,
    failures: new Map(),
    quote: undefined,
  };
  const { small, others } = split(renter, plan.files, options);
  const [first = 0, ...after] = roomsFrom(others, options.k);
  options.onPlan?.(plan);
  const grown = await storeSmall(renter, small, first, options, tally);
  for (const [index, { file }] of [...others, ...grown].entries()) {
    try {
      await storeAlone(renter, file, after[index] ?? 0, options, tally);
    } catch (error) {
      if (files.length === 1) throw error;
      tally.failed.push(failedWith(file, error));
    }
  }
  const { stored, unchanged, quote, failures } = tally;
  const { keepVersions: keep } = options;
  const dropped =
    keep === undefined
      ? []
      : await renter.dropFormer(
          [...stored, ...unchanged].map(({ name }) => name),
          { keep },
        );
  return { stored, unchanged, failed, dropped, quote, failures: [...failures.values()] };
};
