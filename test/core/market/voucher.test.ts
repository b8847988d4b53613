import { expect } from 'chai';
import fc from 'fast-check';
import { createKeySigner } from '../../../node/core/keys/signing.js';
import { dealId, wei, type Address, type DealId, type Hash, type Signature } from '../../../node/core/units.js';
import {
  bytesPaidDown,
  checkRead,
  checkVoucher,
  egressUp,
  mostEgress,
  nextAmount,
  unredeemed,
  voucherDigest,
  voucherSigner,
  type Voucher,
} from '../../../node/core/market/voucher.js';
import { actor } from '../../support/worlds/actors.js';
import { readVectors } from '../../support/vectors.js';

interface Entry {
  readonly chainId: number;
  readonly market: Address;
  readonly deal: DealId;
  readonly amount: string;
  readonly digest: Hash;
  readonly signatures: readonly { readonly privateKey: Hash; readonly address: Address; readonly signature: Signature }[];
}

const GIB = 1n << 30n;
const { vouchers } = readVectors<{ readonly vouchers: readonly Entry[] }>('digests');
const identity = { chainId: 31_337n, market: actor('market').address };
const id = dealId(`0x${'d1'.repeat(32)}`);
const prices = fc.bigInt({ min: 1n, max: 1n << 100n });
const sizes = fc.integer({ min: 0, max: 2 ** 46 });
const money = {
  escrow: wei(100n),
  rate: wei(7n),
  end: 12 as never,
  settledThrough: 4 as never,
  redeemed: wei(20n),
  maxEgress: wei(1_000n),
};

describe('a voucher', () => {
  it('has the digest and the signatures that an independent EIP-712 implementation gives it', async () => {
    expect(vouchers).to.have.length(3);
    for (const { chainId, market, deal, amount, digest, signatures } of vouchers) {
      const market1 = { chainId: BigInt(chainId), market };
      expect(voucherDigest(market1, deal, wei(BigInt(amount)))).to.equal(digest);
      for (const { privateKey, address, signature } of signatures) {
        expect(await createKeySigner(privateKey).sign(digest)).to.equal(signature);
        expect(voucherSigner(market1, deal, { amount: wei(BigInt(amount)), signature })).to.equal(address);
      }
    }
  });

  it('counts for its deal, its amount and the signer of the deal alone; who signed it instead is said', async () => {
    const deal = { id, signer: actor('alice').address };
    const voucher = { amount: wei(5n), signature: await actor('alice').sign(voucherDigest(identity, id, wei(5n))) };
    const unsigned = { amount: wei(5n), signature: `0x${'00'.repeat(65)}` as Signature };
    expect(checkVoucher(identity, deal, voucher)).to.equal(undefined);
    const other = dealId(`0x${'d2'.repeat(32)}`);
    for (const problem of [
      checkVoucher(identity, { ...deal, id: other }, voucher),
      checkVoucher(identity, { ...deal, signer: actor('mallory').address }, voucher),
      checkVoucher(identity, deal, { ...voucher, amount: wei(6n) }),
      checkVoucher({ ...identity, chainId: 1n }, deal, voucher),
      checkVoucher(identity, deal, unsigned),
    ])
      expect(problem).to.have.property('code', 'BAD_VOUCHER');
    const recovered = (signer: Address, of: Voucher): unknown => checkVoucher(identity, { id, signer }, of)?.data;
    expect(recovered(actor('mallory').address, voucher)).to.deep.equal({ deal: id, recovered: deal.signer });
    expect(recovered(deal.signer, unsigned)).to.deep.equal({ deal: id, recovered: 'nobody' });
  });
});

describe('the price of reading', () => {
  it('is the price for a GiB, and never less than it, byte by byte', () => {
    expect(egressUp(10n ** 18n, 2 ** 30)).to.equal(10n ** 18n);
    expect(egressUp(1n, 1)).to.equal(1n);
    expect(egressUp(5n, 0)).to.equal(0n);
    fc.assert(
      fc.property(prices, sizes, (price, bytes) => {
        const cost = egressUp(price, bytes);
        expect(cost * GIB >= price * BigInt(bytes)).to.equal(true);
        expect(cost === 0n || (cost - 1n) * GIB < price * BigInt(bytes)).to.equal(true);
      }),
    );
  });

  it('is the same for many small reads as for a big one', () => {
    fc.assert(
      fc.property(prices, fc.array(fc.integer({ min: 1, max: 1 << 20 }), { minLength: 1, maxLength: 20 }), (price, reads) => {
        let [asked, promised] = [0, wei(0n)];
        for (const bytes of reads) promised = nextAmount(price, promised, (asked += bytes), asked);
        expect(promised).to.equal(egressUp(price, asked));
      }),
    );
  });

  it('pays for at least the bytes that it was computed from', () => {
    fc.assert(fc.property(prices, sizes, (price, bytes) => bytesPaidDown(price, egressUp(price, bytes)) >= bytes));
    expect(() => bytesPaidDown(0n, 1n)).to.throw(RangeError, 'price must not be zero');
    expect(bytesPaidDown(1n, 1n << 40n), 'at most what a number holds').to.equal(Number.MAX_SAFE_INTEGER);
  });

  it('is promised ahead only when what is promised does not cover the read', () => {
    expect(nextAmount(GIB, wei(100n), 100, 500)).to.equal(100n);
    expect(nextAmount(GIB, wei(99n), 100, 500)).to.equal(500n);
    expect(nextAmount(GIB, wei(0n), 100, 0)).to.equal(100n);
  });
});

describe('what a voucher is worth', () => {
  it('is what escrow holds beyond the rent still to come, and no more', () => {
    expect(mostEgress(money)).to.equal(20n + 100n - 7n * 7n);
    expect(unredeemed(money, 30n)).to.equal(10n);
    expect(unredeemed(money, 1_000n)).to.equal(51n);
    expect([20n, 19n, 0n].map((amount) => unredeemed(money, amount))).to.deep.equal([0n, 0n, 0n]);
    expect(mostEgress({ ...money, escrow: wei(10n) })).to.equal(20n);
    expect(mostEgress({ ...money, maxEgress: wei(33n) }), 'what a stolen session key can cost').to.equal(33n);
    expect(mostEgress({ ...money, defaulted: { period: 5 as never, share: wei(1n) } })).to.equal(120n);
  });

  it('decides whether a read is served: the credit, then payment, then funds', () => {
    const deal = { ...money, id, egressPrice: wei(GIB) };
    const code = (served: number, amount: bigint, bytes: number, credit: number): string | undefined =>
      checkRead(deal, { served, amount: wei(amount) }, bytes, { credit, most: mostEgress(deal) })?.code;
    expect(code(0, 0n, 10, 10)).to.equal(undefined);
    expect(code(0, 0n, 11, 10)).to.equal('EGRESS_UNPAID');
    expect(code(40, 30n, 10, 20)).to.equal(undefined);
    expect(code(40, 30n, 11, 20)).to.equal('EGRESS_UNPAID');
    expect(code(70, 72n, 1, 0)).to.equal(undefined);
    expect(code(70, 72n, 2, 0)).to.equal('EGRESS_UNFUNDED');
    const refusal = checkRead(deal, { served: 40, amount: wei(30n) }, 11, { credit: 20, most: mostEgress(deal) });
    expect(refusal?.data).to.deep.equal({ deal: id, served: 40, bytes: 11, needed: 51n, amount: 30n });
    const short = checkRead(deal, { served: 70, amount: wei(80n) }, 5, { credit: 0, most: mostEgress(deal) });
    expect(short?.data).to.deep.equal({ deal: id, needed: 75n, available: 71n, missing: 4n });
  });
});
