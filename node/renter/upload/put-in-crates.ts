import { bytesInCrate, layOut } from '../../core/data/crate-layout.js';
import { slabBytes } from '../../core/data/slab.js';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import type { Crate, HalfDoneObject, StoredObject } from '../../ports/catalogue.js';
import type { RenterContext } from '../context.js';
import type { ProviderFailure } from '../events.js';
import { createFailureList } from '../failure-list.js';
import type { Quote } from '../homes/quote.js';
import { begunCrates, type BegunCrates } from './begun-crates.js';
import { createCrateReader, readSmall, type BegunSlab, type CrateReader, type SmallFile } from './fill-crates.js';
import { forgetBegun } from './forget-begun.js';
import { freshCrate } from './fresh-crate.js';
import { freshId } from '../fresh-id.js';
import { whileInHand, type InCharge } from './in-hand.js';
import { beginPlacing, requirePeriods, shapeOf, type PlacingOptions } from './placing-terms.js';
import { createCrateRecorder, type CrateRecorder } from './record-crates.js';
import { unpooled, type Slab, type SlabInHand } from './slabs.js';
import { storeSteps } from './store-steps.js';

export interface PutInCratesOptions<File extends SmallFile> extends PlacingOptions {
  readonly files: readonly File[];
  /** Hears of a file that cannot be read, and the others go on; throws what ends the run. */
  readonly onFailed: (file: File, error: unknown) => void;
  /** Hears what counts as stored from now on, also where the run fails later. */
  readonly onStored?: ((objects: readonly StoredObject[]) => void) | undefined;
  /** Hears which file comes next. */
  readonly onFile?: ((file: File) => void) | undefined;
}

export interface PutInCratesResult {
  readonly stored: readonly StoredObject[];
  /** Undefined where nothing had to be placed. */
  readonly quote: Quote | undefined;
  readonly failures: readonly ProviderFailure[];
}

/** Bytes of the largest file that shares sectors: those of a slab. */
export const largestInCrate = ({ limits }: Pick<RenterContext, 'limits'>, options: Pick<PlacingOptions, 'k' | 'n'>): number => {
  const { k, n } = shapeOf(options);
  return slabBytes(k, n, limits.slabRoom);
};

/** Slabs of a crate laid out once more. SOURCE_CHANGED if one of its files is another now. */
export async function* laidOutAgain<File extends SmallFile>(
  slabs: Iterable<Slab>,
  k: number,
  { crated }: Pick<CrateRecorder<File>, 'crated'>,
  signal: AbortSignal,
): AsyncGenerator<Omit<SlabInHand, 'has'>> {
  for (const slab of slabs) {
    const contents: Uint8Array[] = [];
    for (const { file, sha256 } of crated(slab.index)) {
      const content = await readSmall(file, signal);
      if (content.sha256 !== sha256) throw new HoldfastError('SOURCE_CHANGED', { name: file.name });
      contents.push(content.bytes);
    }
    yield { slab, plaintext: unpooled(layOut(contents, k)) };
  }
}

/** What one run works with. */
interface Run<File extends SmallFile> {
  readonly inCharge: InCharge;
  readonly crate: Crate;
  readonly begun: BegunCrates<File>;
  /** Bytes of all slabs, as far as is known. */
  readonly total: number;
}

const createRun = async <File extends SmallFile>(
  context: RenterContext,
  options: PutInCratesOptions<File>,
  inCharge: InCharge,
): Promise<Run<File>> => {
  const { files } = options;
  const { k, n } = shapeOf(options);
  const begun = await begunCrates(context, files, { k, n });
  const goneOn = begun.slabs.flatMap(({ files: pairs }) => pairs.map(([, object]) => object));
  for (const { id } of goneOn) inCharge.take(id);
  // Gone on with as of now: nobody forgets it soon.
  for (const { files: pairs } of begun.slabs)
    await context.catalogue.putObjects(pairs.map(([, object]) => ({ ...object, storedAt: context.clock.now() })));
  const names = files.map(({ name }) => name);
  return {
    inCharge,
    crate: begun.crate ?? freshCrate(context, names, { k, n }),
    begun,
    total: files.reduce((sum, { bytes }) => sum + bytesInCrate(bytes, k), 0),
  };
};

const readerOf = <File extends SmallFile>(
  context: RenterContext,
  { crate, begun }: Run<File>,
  { files, onFailed, onFile, signal }: PutInCratesOptions<File>,
): CrateReader<File> => {
  const { k, n, slabs } = crate;
  const fresh = ({ name }: File): HalfDoneObject => {
    return { id: freshId(), name, k, n, bytes: 0, slabs: 0, storedAt: context.clock.now(), state: 'placing' };
  };
  const dropped = async ({ files: pairs }: BegunSlab<File>): Promise<void> => {
    for (const [, { id }] of pairs) await context.catalogue.deleteObject(id);
  };
  return createCrateReader({
    k,
    n,
    slabBytes: largestInCrate(context, { k, n }),
    mostParts: context.limits.crateParts,
    files,
    next: slabs,
    begun: begun.slabs,
    fresh,
    failed: onFailed,
    dropped,
    onFile,
    signal,
  });
};

const storeRun = async <File extends SmallFile>(
  context: RenterContext,
  options: PutInCratesOptions<File>,
  run: Run<File>,
): Promise<PutInCratesResult> => {
  const { signal, report } = options;
  const { inCharge, crate, begun, total } = run;
  const { k, n } = crate;
  const failures = createFailureList(context, report);
  const reader = readerOf(context, run, options);
  const recorder = createCrateRecorder<File>(context, { crate, total, report, inCharge });
  const stored: StoredObject[] = [];
  if ((await reader.peek()) === undefined) return { stored, quote: undefined, failures: [] };
  const { terms, known } = await beginPlacing(context, options, n, failures);
  const steps = storeSteps(context, {
    owner: crate,
    slabBytes: largestInCrate(context, crate),
    open: new Set(begun.slabs.map(({ index }) => index)),
    terms,
    known,
    source: { length: total },
    reader,
    again: (slabs, either) => laidOutAgain(slabs, k, recorder, either),
    recorder,
    room: options.room,
    following: options.following,
    task: { ...(signal && { signal }), ...(report && { report }) },
  });
  for await (const end of steps) {
    const all = await recorder.committed(end);
    for (const { name } of all) await forgetBegun(context, begun.others.get(name) ?? []);
    stored.push(...all);
    if (all.length > 0) options.onStored?.(all);
  }
  return { stored, quote: terms.agreement.quote, failures: failures.all };
};

/**
 * Stores small files that share sectors, so that a run of them takes one revision a provider and step: each is coded for itself and encrypted under
 * its object's own keys, and the shards of many lie one after the other in the sectors of a crate. A file counts as stored once the chain holds
 * its slab. What an interrupted run left is gone on with where its files are as they were.
 */
export const putInCrates = <File extends SmallFile>(
  context: RenterContext,
  options: PutInCratesOptions<File>,
): Promise<PutInCratesResult> =>
  context.serial(
    'small files',
    async () => {
      requirePeriods(options.periods);
      return whileInHand(context, async (inCharge) => storeRun(context, options, await createRun(context, options, inCharge)));
    },
    options.signal,
  );
