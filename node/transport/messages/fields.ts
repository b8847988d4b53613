import { fromHex, toHex } from '../../core/data/bytes.js';
import type { Ask, Revision, SignedRevision } from '../../core/market/deal.js';
import type { SectorRef } from '../../core/data/data-set.js';
import {
  MAX_LEAVES,
  MAX_SECTORS,
  SECTOR_LEAVES,
  address,
  dealId,
  hash,
  leaves,
  period,
  signature,
  wei,
  type Address,
  type DealId,
  type Hash,
  type Hex,
  type Leaves,
  type Period,
  type Signature,
  type Wei,
} from '../../core/units.js';
import type { Grant } from '../../core/keys/grant.js';
import type { Voucher } from '../../core/market/voucher.js';
import type { Authorization } from '../../ports/link.js';
import { amountOf, bytesOf, integerOf, mapped, record, textOf, type Codec } from './codec.js';

const hexOf = <H extends Hex>(length: number, brand: (value: string) => H): Codec<H> =>
  mapped(bytesOf(length, length), (bytes) => brand(toHex(bytes)), fromHex);

export const addressField: Codec<Address> = hexOf(20, address);
export const hashField: Codec<Hash> = hexOf(32, hash);
export const dealField: Codec<DealId> = hexOf(32, dealId);
export const signatureField: Codec<Signature> = hexOf(65, signature);

const asIs = <T>(value: T): T => value;
export const leavesField = (min: number, max: number = MAX_LEAVES): Codec<Leaves> => mapped(integerOf(min, max), leaves, asIs);
export const periodField: Codec<Period> = mapped(integerOf(0, 2 ** 32 - 1), period, asIs);
/** Prices are 128 bits on chain (R12). */
export const priceField: Codec<Wei> = mapped(amountOf(128), wei, asIs);
/** Number of a revision, 64 bits (R12). */
export const numberField: Codec<bigint> = amountOf(64);
/** Peer ids in text form have at most 62 characters for the key kinds in use. */
export const peerField: Codec<string> = textOf(128);

export const sectorField: Codec<SectorRef> = record({ root: hashField, leaves: leavesField(1, SECTOR_LEAVES) });

export const askField: Codec<Ask> = record({
  price: priceField,
  egressPrice: priceField,
  minLeaves: leavesField(0),
  maxLeaves: leavesField(0),
  maxPeriods: integerOf(0, 2 ** 32 - 1),
});

const grantField: Codec<Grant> = record({ until: periodField, signature: signatureField });
const ownFields = { deal: dealField, peer: peerField, expires: periodField, signature: signatureField };
const ownAuthorization: Codec<Authorization> = record<Omit<Authorization, 'grant'>>(ownFields);
const grantedAuthorization = record<Authorization & { readonly grant: Grant }>({ ...ownFields, grant: grantField });

/** A grant has a field of its own where there is one: without, all is as it was before there were grants. */
export const authorizationField: Codec<Authorization> = {
  encode: (value) => (value.grant ? grantedAuthorization.encode({ ...value, grant: value.grant }) : ownAuthorization.encode(value)),
  decode: (wire) =>
    typeof wire === 'object' && wire !== null && Object.hasOwn(wire, 'grant')
      ? grantedAuthorization.decode(wire)
      : ownAuthorization.decode(wire),
};

/** Amounts of vouchers are 128 bits on chain (R12). */
export const voucherField: Codec<Voucher> = record({ amount: priceField, signature: signatureField });

export const revisionField: Codec<Revision> = record({
  deal: dealField,
  number: numberField,
  root: hashField,
  leaves: leavesField(0),
  sectors: integerOf(0, MAX_SECTORS),
  end: periodField,
  price: priceField,
  validUntil: periodField,
});

export const signedRevisionField: Codec<SignedRevision> = record({
  revision: revisionField,
  renterSignature: signatureField,
  providerSignature: signatureField,
});
