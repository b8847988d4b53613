import { dealId } from '../../core/units.js';
import type { CataloguePages, DealtPageShard, LandedPage } from '../../ports/catalogue-pages.js';
import { catalogueSpaces } from '../layout.js';
import type { PagesState } from '../rows/page-formats.js';
import type { RowChange, Rows } from '../rows/rows.js';
import type { ChangeLog } from './change-log.js';

const { paging, page: pages, pageShard: shards, pageTail: tails, unread, object: objects, crate: crates, slab: slabs } = catalogueSpaces;

const freshMachine = (): string => Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString('hex');

const shardRow = ({ deal, to, page }: Pick<DealtPageShard, 'deal' | 'to' | 'page'>) => shards.at(deal, to, page);

/** What a catalogue on `rows` remembers of its pages in the deals. */
export const pagesOn = (
  rows: Rows,
  log: ChangeLog,
  exclusive: <Result>(task: () => Promise<Result>) => Promise<Result>,
): CataloguePages => {
  /** The state; made where there is none. */
  const state = async (): Promise<PagesState> => {
    const known = await paging.at().read(rows);
    if (known) return known;
    const fresh = { machine: freshMachine(), covered: 0, told: 0, floor: 0 };
    await rows.write([paging.at().put(fresh)]);
    return fresh;
  };

  /** Takes away pages of the same catalogue that the page has all of. */
  const dropped = async ({ page, machine, from, to }: LandedPage): Promise<RowChange[]> => {
    const changes: RowChange[] = [];
    for await (const [key, other] of pages.after(rows, from, machine)) {
      if (other.to > to || other.page === page) continue;
      changes.push({ key }, ...other.shards.map((shard) => shardRow(shard).drop));
    }
    return changes;
  };

  return {
    paging: () => exclusive(async () => ({ ...(await state()), last: await log.last() })),
    told: async () => (await paging.at().read(rows))?.told ?? 0,
    async *ownPages(from) {
      const { machine } = await exclusive(state);
      for await (const [, page] of pages.after(rows, from, machine)) yield page;
    },
    async *pageShardsIn(deal) {
      for await (const [, shard] of shards.under(rows, deal)) yield shard;
    },
    pageTail: (deal) => tails.at(deal).read(rows),
    putPage: (page, landing) =>
      exclusive(async () => {
        const known = await state();
        await rows.write([
          ...(await dropped(page)),
          pages.at(page.machine, page.from, page.page).put(page),
          ...page.shards.flatMap((shard) => [shardRow(shard).put(shard), tails.at(shard.deal).put(shard.sector.root)]),
          paging.at().put({ ...known, ...landing }),
        ]);
      }),
    forgetPages: (lapsed) =>
      exclusive(async () => {
        const known = await state();
        const from = Math.min(...lapsed.map((page) => page.from));
        const back = (number: number): number => Math.min(number, from);
        const landing = { covered: back(known.covered), told: back(known.told), floor: back(known.floor) };
        await rows.write([
          ...lapsed.flatMap((page) => [
            pages.at(page.machine, page.from, page.page).drop,
            ...page.shards.map((shard) => shardRow(shard).drop),
          ]),
          paging.at().put({ ...known, ...landing }),
        ]);
      }),
    stamp: async (owner, slab) => {
      const row =
        slab === undefined
          ? ((await objects.at(owner).read(rows)) ?? (await crates.at(owner).read(rows)))
          : await slabs.at(owner, slab).read(rows);
      return row && ((await log.repeated(row.number)) ?? { machine: (await exclusive(state)).machine, number: row.number });
    },
    async *pagesOf(machine) {
      for await (const [, page] of pages.under(rows, machine)) yield page;
    },
    async *allPages() {
      for await (const [, page] of pages.under(rows)) yield page;
    },
    deletions: () => log.deletions(),
    async *unreadDeals() {
      for await (const [key] of unread.under(rows)) yield dealId(key.slice(unread.prefix.length));
    },
    markRead: (deal) => exclusive(() => rows.write([unread.at(deal).drop])),
    renewMachine: () => exclusive(() => rows.write([paging.at().put({ machine: freshMachine(), covered: 0, told: 0, floor: 0 })])),
    countFrom: (number) => exclusive(async () => rows.write(await log.countFrom(number))),
  };
};
