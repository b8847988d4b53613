import type { Catalogue } from '../../ports/catalogue.js';
import type { DealId } from '../../core/units.js';
import type { Settings } from '../../app/settings/config.js';
import type { CommandSpec } from '../command.js';
import { challengeOf, dealLines } from './deal-lines.js';
import { filesIn } from './deals/ending-lines.js';
import { momentOf } from './moment.js';

type Files = ReadonlyMap<DealId, Awaited<ReturnType<typeof filesIn>>>;

/** What lies in each deal by the catalogue of this home folder; undefined where there is none. */
const filesOf = async (settings: Settings, ids: readonly DealId[], signal: AbortSignal): Promise<Files | undefined> => {
  const { readCatalogue } = await import('../../app/local-catalogue.js');
  const { objectsInDeal } = await import('../../renter/deals/objects-in-deal.js');
  const filesOfAll = async (catalogue: Catalogue): Promise<Files> => {
    const found: [DealId, Awaited<ReturnType<typeof filesIn>>][] = [];
    for (const id of ids) found.push([id, await filesIn(objectsInDeal(catalogue, id))]);
    return new Map(found);
  };
  return await readCatalogue(settings, async (catalogue) => catalogue && (await filesOfAll(catalogue)), signal);
};

export const command: CommandSpec = {
  options: [{ flags: '--all', description: 'show closed deals too' }],
  examples: ['holdfast deals', 'holdfast deals --all --json'],
  run: async (call) => {
    const { keystoreOf, openReader } = await import('../../app/wallet-session.js');
    const settings = await call.settings();
    const account = await keystoreOf(settings).addressOf('wallet');
    await using session = await openReader(settings, call.signal);
    const ids = await session.reader.dealIdsOf('renter', account, call.signal);
    const moment = await momentOf(session, call.signal);
    const found = (await session.reader.dealsNow(ids, call.signal)).filter((deal) => deal !== undefined);
    const shown = call.options.flag('all') ? found : found.filter((deal) => deal.status !== 'closed');
    const empty = 'No deals yet: "holdfast put FILE" opens them.';
    const files = await filesOf(
      settings,
      shown.map(({ id }) => id),
      call.signal,
    );
    const told = await Promise.all(shown.map(async (deal) => ({ deal, challenge: await challengeOf(session.reader, deal, call.signal) })));
    return {
      text:
        told.length === 0
          ? [empty]
          : [
              `This is period ${moment.now}.`,
              ...told.flatMap(({ deal, challenge }) => dealLines(deal, challenge, moment, files?.get(deal.id)?.text)),
            ],
      json: {
        account,
        period: moment.now,
        deals: told.map(({ deal, challenge }) => {
          const inside = files?.get(deal.id);
          return { ...deal, ...(challenge && { challenge }), ...(inside && { files: inside.count }) };
        }),
      },
    };
  },
};
