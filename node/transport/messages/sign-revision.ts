import type { Revision } from '../../core/market/deal.js';
import { MAX_SECTORS, type Signature } from '../../core/units.js';
import type { Authorization } from '../../ports/link.js';
import { integerOf, record } from './codec.js';
import { authorizationField, numberField, revisionField, signatureField } from './fields.js';
import { defineMessage } from './message.js';

/** Asks for a signature. The change itself is pulled by the provider, packed as in `sector-list.ts`. */
export interface SignRevisionRequest {
  readonly authorization: Authorization;
  readonly revision: Revision;
  readonly base: bigint;
  readonly renterSignature: Signature;
  /** Sectors taken out. */
  readonly removed: number;
  /** Sectors added. */
  readonly appended: number;
}

export const signRevisionRequest = defineMessage<SignRevisionRequest>(
  'sign-revision request',
  2_048,
  record({
    authorization: authorizationField,
    revision: revisionField,
    base: numberField,
    renterSignature: signatureField,
    removed: integerOf(0, MAX_SECTORS),
    appended: integerOf(0, MAX_SECTORS),
  }),
);

export interface SignRevisionAnswer {
  readonly providerSignature: Signature;
}

export const signRevisionAnswer = defineMessage<SignRevisionAnswer>(
  'sign-revision answer',
  128,
  record({ providerSignature: signatureField }),
);
