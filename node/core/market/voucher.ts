import type { Deal } from './deal.js';
import type { MarketIdentity } from '../keys/market-identity.js';
import { typedDigest, typeHash } from '../keys/eip712.js';
import { HoldfastError } from '../errors/holdfast-error.js';
import { reserved } from './rent.js';
import { recoverAddress } from '../keys/signing.js';
import { wei, type Address, type DealId, type Hash, type Signature, type Wei } from '../units.js';

const VOUCHER = typeHash('Voucher(bytes32 deal,uint128 amount)');
const GIB = 1n << 30n;

/** A promise of `amount` token wei for all that was ever read of a deal. */
export interface Voucher {
  readonly amount: Wei;
  readonly signature: Signature;
}

/** What a deal's signer signs to promise `amount` token wei for all egress of the deal so far (R12). */
export const voucherDigest = (identity: Pick<MarketIdentity, 'chainId' | 'market'>, deal: DealId, amount: Wei): Hash =>
  typedDigest(identity, VOUCHER, [deal, amount]);

/** Who signed the voucher; undefined if nobody can have. */
export const voucherSigner = (
  identity: Pick<MarketIdentity, 'chainId' | 'market'>,
  deal: DealId,
  { amount, signature }: Voucher,
): Address | undefined => {
  try {
    return recoverAddress(voucherDigest(identity, deal, amount), signature);
  } catch {
    return undefined;
  }
};

/**
 * What `bytes` bytes cost at `price` token wei per GiB: ⌈price · bytes / 2^30⌉. Over all bytes of a deal, so that many small
 * reads cost no more than one big one.
 */
export const egressUp = (price: bigint, bytes: number): Wei => wei((price * BigInt(bytes) + GIB - 1n) / GIB);

/** The most bytes that `amount` pays for at `price`, which is not zero: ⌊amount · 2^30 / price⌋. */
export const bytesPaidDown = (price: bigint, amount: bigint): number => {
  if (price === 0n) throw new RangeError('price must not be zero');
  const bytes = (amount * GIB) / price;
  return bytes > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(bytes);
};

/** What tells how much vouchers can take of a deal. */
export type EgressFunds = Pick<Deal, 'escrow' | 'rate' | 'end' | 'settledThrough' | 'redeemed' | 'maxEgress' | 'defaulted'>;

/** The highest voucher that the deal covers: what is paid, and what rent still to come leaves of the escrow, up to `maxEgress`. */
export const mostEgress = (deal: EgressFunds): Wei => {
  const { rate, end, escrow, redeemed, maxEgress } = deal;
  const kept = deal.defaulted ? 0n : reserved({ rate, end, through: deal.settledThrough });
  const most = redeemed + (escrow > kept ? escrow - kept : 0n);
  return wei(most < maxEgress ? most : maxEgress);
};

/** What a voucher over `amount` would pay now. */
export const unredeemed = (deal: EgressFunds, amount: bigint): Wei => {
  const most = mostEgress(deal);
  const paid = amount < most ? amount : most;
  return wei(paid > deal.redeemed ? paid - deal.redeemed : 0n);
};

/** Why `voucher` is no payment for egress of `deal`: BAD_VOUCHER unless the deal's signer made it for this deal. */
export const checkVoucher = (
  identity: Pick<MarketIdentity, 'chainId' | 'market'>,
  deal: Pick<Deal, 'id' | 'signer'>,
  voucher: Voucher,
): HoldfastError | undefined => {
  const recovered = voucherSigner(identity, deal.id, voucher);
  return recovered === deal.signer ? undefined : new HoldfastError('BAD_VOUCHER', { deal: deal.id, recovered: recovered ?? 'nobody' });
};

/** What a provider has served of a deal, and how it was paid. */
export interface EgressAccount {
  /** Bytes served so far, all reads together. */
  readonly served: number;
  /** Token wei of the highest voucher. */
  readonly amount: Wei;
}

/**
 * Why a read of `bytes` more bytes is not served: EGRESS_UNPAID if it would leave more than `credit` bytes unpaid, EGRESS_UNFUNDED if a
 * voucher that paid for it would be more than `most`, which is what the deal covers.
 */
export const checkRead = (
  deal: Pick<Deal, 'id' | 'egressPrice'>,
  { served, amount }: EgressAccount,
  bytes: number,
  { credit, most }: { readonly credit: number; readonly most: Wei },
): HoldfastError | undefined => {
  const covered = amount < most ? amount : most;
  if (served + bytes - bytesPaidDown(deal.egressPrice, covered) <= credit) return undefined;
  const needed = egressUp(deal.egressPrice, served + bytes);
  if (amount >= needed)
    return new HoldfastError('EGRESS_UNFUNDED', { deal: deal.id, needed, available: most, missing: wei(needed - most) });
  return new HoldfastError('EGRESS_UNPAID', { deal: deal.id, served, bytes, needed, amount });
};

/** Amount of the next voucher for a read up to byte `asked`: as it is while that covers the read, else up to byte `ahead`. */
export const nextAmount = (price: bigint, promised: Wei, asked: number, ahead: number): Wei => {
  if (egressUp(price, asked) <= promised) return promised;
  return egressUp(price, Math.max(asked, ahead));
};
