import type { Terms } from '../../ports/link.js';
import { integerOf, record } from './codec.js';
import { addressField, askField, leavesField } from './fields.js';
import { defineMessage } from './message.js';

/** Asks for the terms; carries nothing. */
export const termsRequest = defineMessage<Readonly<Record<never, never>>>('terms request', 16, record({}));

export const termsAnswer = defineMessage<Terms>(
  'terms answer',
  512,
  record({
    provider: addressField,
    ask: askField,
    freeLeaves: leavesField(0),
    freeDeals: integerOf(0, Number.MAX_SAFE_INTEGER),
    minLeaves: leavesField(0),
  }),
);
