import { MAX_STAKE, type Wei } from '../../../core/units.js';
import { tokens } from '../../amounts.js';
import type { OptionReader, ParameterSpec } from '../../command.js';

/** Option of what sets the lock limit (R6). */
export const lockLimitOption: ParameterSpec = {
  flags: '--lock-limit <tokens>',
  description:
    'most stake that deals may lock, about what a stolen operator key can cost (default: follows the stake, unless a lower one was chosen before)',
};

/** A lock limit, as it is typed. */
export const lockLimit = tokens('250', { most: MAX_STAKE });

/** The lock limit, if it was given. */
export const lockLimitOf = (options: OptionReader): Wei | undefined => options.parsed('lockLimit', ...lockLimit);
