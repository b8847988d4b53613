import type { Wei } from '../../../core/units.js';
import { count, tokens } from '../../amounts.js';
import type { OptionReader, ParameterSpec } from '../../command.js';
import { DEFAULT_PERIODS, MOST_PERIODS, periodsOf } from '../paying-options.js';

/** Periods before its end that a deal is renewed in, unless told otherwise: a third of what deals are paid for. */
const aheadOf = (periods: number): number => Math.ceil(periods / 3);

/** Options of everything that renews. */
export const renewingOptions: readonly ParameterSpec[] = [
  { flags: '--periods <count>', description: `periods from now that a renewed deal is paid for (default: ${DEFAULT_PERIODS})` },
  { flags: '--ahead <periods>', description: 'renew deals that end within so many periods (default: a third of --periods)' },
  { flags: '--dry-run', description: 'say what would be done and what it would cost, and do nothing' },
];

/** `periods`, `ahead` and `dryRun`. */
export const renewingOf = (options: OptionReader): { readonly periods: number; readonly ahead: number; readonly dryRun: boolean } => {
  const periods = periodsOf(options);
  const ahead = options.parsed('ahead', ...count(1, MOST_PERIODS, ' of periods')) ?? aheadOf(periods);
  return { periods, ahead, dryRun: options.flag('dryRun') };
};

/** `--budget`, if it was given. */
export const budgetOf = (options: OptionReader): Wei | undefined => options.parsed('budget', ...tokens('25'));
