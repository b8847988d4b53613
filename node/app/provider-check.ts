import { readFile } from 'node:fs/promises';
import { z } from 'zod/v4';
import type { MarketIdentity } from '../core/keys/market-identity.js';
import { asError } from '../core/errors/coded.js';
import { HoldfastError, isHoldfastError } from '../core/errors/holdfast-error.js';
import type { Address } from '../core/units.js';
import { sectorField, signedField } from '../disk/revision-schemas.js';
import type { SettlementReader } from '../ports/settlement.js';
import type { JournalFault } from '../ports/journal-faults.js';
import type { StoreFault } from '../ports/store-faults.js';
import type { ProviderJournal, ProviderRevision } from '../ports/journal.js';
import { checkDeals, type CheckReport, type CheckSources } from '../provider/keep/check-deals.js';
import { isOwnListing, recoverRevision, type RecoveredFrom } from '../provider/keep/recover-revision.js';
import { openJournalFiles, repairJournalFiles } from '../storage/journal.js';
import { openSectorFiles } from '../storage/sector-files.js';
import { Closing } from './closing.js';
import type { Settings } from './settings/config.js';
import { foldersOf } from './settings/folders.js';

export interface ProviderCheckOptions {
  readonly settings: Settings;
  readonly provider: Address;
  readonly reader: SettlementReader;
  /** Puts back what can be found. */
  readonly repair: boolean;
  /** File with a renter's listing of one deal. */
  readonly listing?: string | undefined;
  readonly signal: AbortSignal;
}

export interface ProviderCheck extends CheckReport {
  readonly faults: readonly JournalFault[];
  /** What was wrong with the sectors when they were opened. */
  readonly storeFaults: readonly StoreFault[];
  /** What was put back, by deal. */
  readonly repaired: Readonly<Record<string, RecoveredFrom>>;
}

const listingFile = z.object({ signed: signedField, sectors: z.array(sectorField) });

/** Why a file is no listing. Not in the words of the parser, which quote what the file holds: it may be another one, such as of a password. */
const problemOf = (cause: unknown): string => {
  if (cause instanceof SyntaxError) return 'it is not JSON';
  return cause instanceof z.ZodError ? z.prettifyError(cause).slice(0, 300) : asError(cause).message;
};

/** A renter's listing in a file: `signed` with `revision` and both signatures, and `sectors` in order. LISTING_INVALID. */
export const readListing = async (path: string): Promise<ProviderRevision> => {
  try {
    const { signed, sectors } = listingFile.parse(JSON.parse(await readFile(path, 'utf8')));
    return { ...signed, sectors };
  } catch (cause) {
    throw new HoldfastError('LISTING_INVALID', { path, problem: problemOf(cause) }, { cause });
  }
};

const checkedListing = async (path: string, sources: CheckSources, signal: AbortSignal): Promise<ProviderRevision> => {
  const listing = await readListing(path);
  const { settlement, provider } = sources;
  const [chain, sheet] = await Promise.all([settlement.deal(listing.revision.deal, signal), settlement.provider(provider, signal)]);
  if (sheet === undefined) throw new HoldfastError('NOT_REGISTERED', { provider });
  if (chain?.provider === provider && isOwnListing(listing, chain, sheet.operator, settlement.identity)) return listing;
  const isOver = chain?.status === 'closed';
  throw new HoldfastError('LISTING_INVALID', {
    path,
    problem: isOver
      ? 'its deal is over, and nothing has to be kept for it'
      : 'it is of no revision that this provider signed, or its sectors are others',
  });
};

/** Opens the journal; one whose index is damaged is repaired first, if it may be. */
const openJournal = async (path: string, identity: MarketIdentity, repair: boolean): Promise<ProviderJournal> => {
  try {
    return await openJournalFiles(path, identity);
  } catch (error) {
    if (!repair || !isHoldfastError(error, 'STORE_CORRUPT')) throw error;
    await repairJournalFiles(path, identity);
    return await openJournalFiles(path, identity);
  }
};

/** Opens the stores of a provider whose daemon does not run, compares them with the chain, and repairs if told to. */
export const checkProvider = async ({
  settings,
  provider,
  reader,
  repair,
  listing,
  signal,
}: ProviderCheckOptions): Promise<ProviderCheck> => {
  await using opened = new Closing();
  const folders = foldersOf(settings);
  const store = await openSectorFiles({ path: folders.sectors, identity: reader.identity, rebuild: repair });
  opened.defer(() => store.close());
  while (!(await store.tend('look')).done) signal.throwIfAborted();
  const journal = await openJournal(folders.journal, reader.identity, repair);
  opened.defer(() => journal.close());
  const sources = { provider, settlement: reader.agreed, journal, store };
  const report = await checkDeals(sources, signal);
  const given = listing === undefined ? undefined : await checkedListing(listing, sources, signal);
  const repaired: Record<string, RecoveredFrom> = {};
  if (repair)
    for (const finding of report.deals) {
      if (finding.problems.length === 0) continue;
      const from = await recoverRevision(sources, finding, report, given?.revision.deal === finding.deal ? given : undefined);
      if (from !== undefined) repaired[finding.deal] = from;
    }
  const [{ faults }, { faults: storeFaults }] = [journal, store];
  return { ...(Object.keys(repaired).length === 0 ? report : await checkDeals(sources, signal)), faults, storeFaults, repaired };
};
