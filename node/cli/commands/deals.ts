import type { CommandSpec } from '../command.js';
import { challengeOf, dealLines } from './deal-lines.js';
import { momentOf } from './moment.js';

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
    const told = await Promise.all(shown.map(async (deal) => ({ deal, challenge: await challengeOf(session.reader, deal, call.signal) })));
    return {
      text:
        told.length === 0
          ? [empty]
          : [`This is period ${moment.now}.`, ...told.flatMap(({ deal, challenge }) => dealLines(deal, challenge, moment))],
      json: { account, period: moment.now, deals: told.map(({ deal, challenge }) => ({ ...deal, ...(challenge && { challenge }) })) },
    };
  },
};
