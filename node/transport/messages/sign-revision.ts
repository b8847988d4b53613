import type { Revision } from '../../core/market/deal.js';
import { MAX_SECTORS, type Hash, type Signature } from '../../core/units.js';
import type { Authorization } from '../../ports/link.js';
import { integerOf, maybe, record } from './codec.js';
import { authorizationField, hashField, numberField, revisionField, signatureField } from './fields.js';
import { defineMessage } from './message.js';

/** Asks for a signature. The difference itself is pulled by the provider, packed as in `sector-list.ts`. */
export interface SignDifferenceRequest {
  readonly authorization: Authorization;
  readonly revision: Revision;
  /** Number of the revision that the difference is against, and its root; zero and none for none. */
  readonly base: bigint;
  readonly baseRoot: Hash | undefined;
  readonly renterSignature: Signature;
  /** Ranges of sectors taken out. */
  readonly ranges: number;
  /** Sectors added. */
  readonly appended: number;
}

export const signDifferenceRequest = defineMessage<SignDifferenceRequest>(
  'sign-difference request',
  2_048,
  record({
    authorization: authorizationField,
    revision: revisionField,
    base: numberField,
    baseRoot: maybe(hashField),
    renterSignature: signatureField,
    ranges: integerOf(0, MAX_SECTORS),
    appended: integerOf(0, MAX_SECTORS),
  }),
);

/** The same in the version before: without the root of the base, and with indices in the place of ranges. */
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
