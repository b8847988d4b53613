import { MAX_EGRESS, type Wei } from '../../core/units.js';
import { tokens } from '../amounts.js';
import type { OptionReader, ParameterSpec } from '../command.js';

/** Option of everything that reads. */
export const readingOption: ParameterSpec = {
  flags: '--max-egress <tokens>',
  description: "most tokens that reading may cost (default: what the deals' escrow has beyond rent)",
};

/** `maxEgress`, if it was given. */
export const readingOf = (options: OptionReader): { readonly maxEgress?: Wei } => {
  const maxEgress = options.parsed('maxEgress', ...tokens('0.5', { most: MAX_EGRESS }));
  return { ...(maxEgress !== undefined && { maxEgress }) };
};
