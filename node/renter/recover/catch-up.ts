import { isHoldfastError } from '../../core/errors/holdfast-error.js';
import { inFlight } from '../../core/tasks/in-flight.js';
import type { DealId } from '../../core/units.js';
import type { Catalogue } from '../../ports/catalogue.js';
import type { RenterContext } from '../context.js';
import { reconcileDeals } from '../deals/reconcile.js';
import { createPurse } from '../download/purse.js';
import type { FailureList } from '../failure-list.js';
import { decideRecovery, type NamingOf } from './decide-recovery.js';
import { fillCatalogue } from './fill-catalogue.js';
import { knownEntries } from './known-entries.js';
import { readHeads, type DealPages } from './read-heads.js';
import { pagesIn, readPages, type KnownPage, type ReadPage } from './read-pages.js';
import { createSectorReader } from './sector-reader.js';

/** Deals whose ends are read at once. */
const AT_ONCE = 16;

/** Takes in deals that another machine has opened, as far as the chain's logs tell. */
const takeForeignDeals = async (context: RenterContext, failures: FailureList, signal?: AbortSignal): Promise<void> => {
  const { catalogue, settlement, renter, signer } = context;
  const ids = await settlement.dealIdsOf('renter', renter, signal).catch((error: unknown) => {
    if (isHoldfastError(error, 'LOGS_INCOMPLETE')) return [];
    throw error;
  });
  const others: DealId[] = [];
  for (const id of ids) if (!(await catalogue.deal(id))) others.push(id);
  if (others.length === 0) return;
  const deals = (await settlement.agreed.deals(others, signal)).filter((deal) => deal !== undefined);
  const storing = deals.filter((deal) => deal.leaves > 0 && deal.status !== 'closed' && deal.signer === signer.address);
  for (const { id, provider } of storing) await catalogue.putDeal({ id, provider });
  await reconcileDeals(context, new Map(storing.map((deal) => [deal.id, deal])), failures, signal);
};

/** What the deals that nobody has looked into say of pages; those that cannot be asked now stay unread. */
const readUnread = async (context: RenterContext, failures: FailureList, signal?: AbortSignal): Promise<DealPages[]> => {
  const { catalogue } = context;
  const reader = createSectorReader(context, createPurse(undefined));
  const unread = await Array.fromAsync(catalogue.unreadDeals());
  const known: DealPages[] = [];
  await inFlight(unread, AT_ONCE, signal, async (id, either) => {
    const record = await catalogue.deal(id);
    if (!record?.current) return catalogue.markRead(id);
    try {
      const sectors = await Array.fromAsync(catalogue.sectors(id, record.current.revision.number));
      known.push(await readHeads(reader, { deal: id, provider: record.provider }, sectors, either));
    } catch (error) {
      either.throwIfAborted();
      context.links.drop(record.provider);
      failures.add(record.provider, error);
    }
  });
  return known;
};

/** Whether the catalogue has taken in what the page tells, by it or by one that has all of it. */
const isKnown = async (catalogue: Pick<Catalogue, 'pagesOf'>, { span }: KnownPage): Promise<boolean> => {
  for await (const { page, from, to } of catalogue.pagesOf(span.machine))
    if (page === span.page || (from <= span.from && to >= span.to)) return true;
  return false;
};

/** Records where shards of pages lie, beside what is known of that. */
const notePages = async ({ catalogue }: RenterContext, found: readonly KnownPage[], read: readonly ReadPage[]): Promise<void> => {
  for (const page of found) {
    const { span, offers } = page;
    let former;
    for await (const one of catalogue.pagesOf(span.machine)) if (one.page === span.page) former = one;
    const bytes = read.find((one) => one.page === page)?.bytes ?? former?.bytes;
    if (bytes === undefined) continue;
    const shards = new Map((former?.shards ?? []).map((shard) => [shard.deal, shard]));
    for (const { shard, deal } of offers) shards.set(deal.deal, { ...shard, deal: deal.deal });
    await catalogue.putPage({ ...span, bytes, shards: [...shards.values()] });
  }
};

/** What is named, as far as the lists say that are known here; another machine may have signed more. */
const namedHere =
  ({ catalogue }: RenterContext): NamingOf =>
  async (deal, root) => {
    const number = (await catalogue.deal(deal))?.current?.revision.number;
    return number !== undefined && (await catalogue.timesNamed(deal, number, root)) > 0 ? 'named' : 'unknown';
  };

/** Reads what is news in pages, and writes it into the catalogue. Gives back the pages that could not be read. */
const merge = async (context: RenterContext, found: readonly KnownPage[], signal?: AbortSignal): Promise<ReadonlySet<KnownPage>> => {
  const { catalogue } = context;
  const reader = createSectorReader(context, createPurse(undefined));
  const { machine } = await catalogue.paging();
  const fresh: KnownPage[] = [];
  for (const page of found) if (!(await isKnown(catalogue, page))) fresh.push(page);
  if (fresh.length === 0) {
    await notePages(context, found, []);
    return new Set();
  }
  const decide = async (wanted: readonly KnownPage[]) => {
    const { pages, missing } = await readPages(context, reader, wanted, signal);
    const told = pages.map(({ page, entries }) => ({ machine: page.span.machine, entries }));
    const state = await decideRecovery([...told, ...(await knownEntries(catalogue, told))], namedHere(context));
    return { pages, missing, state };
  };
  let said = await decide(fresh);
  // What a page tells in part began in pages that were known before.
  if (said.state.unfinished.length + said.state.gone.length > 0 && fresh.length < found.length) said = await decide(found);
  // A copy of this catalogue has gone on under the same id: what it tells is told again by this one, under an id of its own.
  const isCopied = fresh.some(({ span }) => span.machine === machine);
  await fillCatalogue(catalogue, said.state, { signal, report: () => undefined, ...(isCopied && { own: machine }) });
  await notePages(context, found, said.pages);
  if (isCopied) await catalogue.renewMachine();
  return new Set(said.missing.map(({ page }) => page));
};

/**
 * Takes in what other machines of this wallet have changed: looks into the deals whose lists were taken over from their providers since, and into deals
 * that others have opened. Where nothing changed it asks no provider anything. Who cannot be asked, or keeps pages back, is no failure: its deal stays unread, and
 * nothing is taken out of any deal until it is read.
 */
export const catchUp = (context: RenterContext, failures: FailureList, signal?: AbortSignal): Promise<void> =>
  context.serial('catching up', async () => {
    if (context.limits.pageLeaves === 0) return;
    await takeForeignDeals(context, failures, signal);
    const known = await readUnread(context, failures, signal);
    if (known.length === 0) return;
    const found = pagesIn(known);
    const missing = await merge(context, found, signal);
    const unread = new Set([...missing].flatMap(({ offers }) => offers.map(({ deal }) => deal.deal)));
    for (const { deal, newer } of known) if (!unread.has(deal.deal) && newer.size === 0) await context.catalogue.markRead(deal.deal);
  });
