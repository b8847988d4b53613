import { nameText } from '../../core/visible-text.js';
import { countText, showTokens } from '../../core/amount-text.js';
import { asCoded } from '../../core/errors/coded.js';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { count } from '../amounts.js';
import { wordsOf, type CommandSpec } from '../command.js';
import { failureJson } from './failure-lines.js';
import { narrate } from './narration.js';
import { MOST_PERIODS, payingOptions, paymentOf, periodsOf } from './paying-options.js';
import { readingOf, readingOption } from './reading-option.js';
import { withRenter } from './with-renter.js';
import { keepShares } from './shares-kept.js';

const BEYOND_HELP = 'too few of its shards can be read: its providers’ return is all that helps';

export const command: CommandSpec = {
  arguments: [{ flags: '[names...]', description: 'names, ids, or folders such as "photos/"; everything if left out' }],
  options: [
    ...payingOptions,
    { flags: '--reads <count>', description: 'how often new deals can pay for reading all their room (default: 1)' },
    { flags: '--threshold <count>', description: 'repair when fewer shards than this are healthy (default: all)' },
    { flags: '--ahead <periods>', description: 'move what lies in deals that end within so many periods (default: 2)' },
    readingOption,
  ],
  examples: ['holdfast repair', 'holdfast repair holiday.tar --threshold 5'],
  run: async (call) => {
    const names = wordsOf(call, 0);
    const threshold = call.options.parsed('threshold', ...count(1));
    const margin = call.options.parsed('ahead', ...count(0, MOST_PERIODS, ' of periods'));
    const periods = periodsOf(call.options);
    const payment = paymentOf(call.options);
    const { report, end } = narrate(call.terminal);
    return await withRenter(call, async ({ renter }) => {
      const options = {
        periods,
        ...(margin !== undefined && { margin }),
        ...payment,
        ...readingOf(call.options),
        reads: call.options.parsed('reads', ...count(0)) ?? (await call.settings()).renter.reads,
        ...(threshold !== undefined && { threshold }),
        eachForItself: true,
        signal: call.signal,
        report,
      };
      const { chooseObjects } = await import('../../app/files/choose-objects.js');
      const { objects, missing } = await chooseObjects(renter, names);
      if (missing[0] !== undefined) throw new HoldfastError('OBJECT_MISSING', { name: missing[0] });
      const chosen = names.length > 0 && { objects: [...names, ...objects.map(({ id }) => id)] };
      const { outcomes, repairedShards, egress, failures } = await renter.repair({ ...options, ...chosen }).finally(end);
      const shares = await keepShares(renter, call.signal);
      const moved = outcomes.map(({ owner, kind, moved: homes, error }) => {
        const failed = error && asCoded(error);
        return {
          name: owner.name,
          kind,
          shards: Object.fromEntries(homes),
          ...(failed && { error: { code: failed.code, message: failed.message } }),
        };
      });
      return {
        text: [
          ...moved.map(
            ({ name, kind, shards, error }) =>
              `${nameText(name)}: ${error ? `${error.code}: ${error.message}` : kind === 'move' ? `shards ${Object.keys(shards).join(', ')} moved` : BEYOND_HELP}`,
          ),
          repairedShards === 0 ? 'Nothing was repaired.' : `Repaired ${countText(repairedShards, 'shard')}.`,
          ...(egress === 0n ? [] : [`Reading what was left cost ${showTokens(egress)}.`]),
          ...shares,
        ],
        json: { repairedShards, egress, objects: moved, failures: failureJson(failures) },
        exitCode: outcomes.some(({ kind, error }) => kind === 'hopeless' || error !== undefined) ? 1 : 0,
      };
    });
  },
};
