import type { Authorization, EgressState } from '../../ports/link.js';
import type { Voucher } from '../../core/market/voucher.js';
import { integerOf, maybe, record } from './codec.js';
import { authorizationField, voucherField } from './fields.js';
import { defineMessage } from './message.js';

/** Asks what was read of a deal and how it was paid. */
export interface EgressRequest {
  readonly authorization: Authorization;
}

export const egressRequest = defineMessage<EgressRequest>('egress request', 1_024, record({ authorization: authorizationField }));

export interface EgressAnswer extends EgressState {
  readonly voucher: Voucher | undefined;
}

export const egressAnswer = defineMessage<EgressAnswer>(
  'egress answer',
  256,
  record({ served: integerOf(0, Number.MAX_SAFE_INTEGER), voucher: maybe(voucherField) }),
);
