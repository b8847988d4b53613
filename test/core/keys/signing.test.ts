import { SigningKey, computeAddress } from 'ethers';
import { expect } from 'chai';
import fc from 'fast-check';
import { authorizationDigest } from '../../../node/core/market/authorization.js';
import { fromHex, toHex } from '../../../node/core/data/bytes.js';
import { revisionDigest } from '../../../node/core/market/revision.js';
import { addressOf, createKeySigner, recoverAddress, signerOf } from '../../../node/core/keys/signing.js';
import { address, dealId, hash, leaves, period, signature, wei, type Hash, type Hex, type Signature } from '../../../node/core/units.js';
import type { Signer } from '../../../node/ports/world.js';
import { throwsCoded } from '../../support/coded-errors.js';
import { readVectors } from '../../support/vectors.js';

interface Domain {
  readonly chainId: number;
  readonly market: string;
  readonly deal: string;
  readonly digest: string;
}
const vectors = readVectors<{
  revisions: (Domain & {
    number: string;
    root: string;
    leaves: number;
    sectors: number;
    end: number;
    price: string;
    validUntil: number;
    signatures: { privateKey: Hex; address: string; signature: string }[];
  })[];
  authorizations: (Domain & { peer: string; expires: number })[];
}>('digests');
const identityOf = ({ chainId, market }: Domain) => ({ chainId: BigInt(chainId), market: address(market) });
const keys = fc.bigInt({ min: 1n, max: 2n ** 255n }).map((key) => fromHex(`0x${key.toString(16).padStart(64, '0')}`));
const digests = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => toHex(bytes) as Hash);
const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

describe('what is signed', () => {
  it('is the EIP-712 digest of a revision, as in the vectors', () => {
    for (const vector of vectors.revisions) {
      const revision = {
        deal: dealId(vector.deal),
        number: BigInt(vector.number),
        root: hash(vector.root),
        leaves: leaves(vector.leaves),
        sectors: vector.sectors,
        end: period(vector.end),
        price: wei(BigInt(vector.price)),
        validUntil: period(vector.validUntil),
      };
      expect(revisionDigest(identityOf(vector), revision)).to.equal(vector.digest);
    }
  });

  it('is the EIP-712 digest of an authorization, as in the vectors', () => {
    for (const { deal, peer, expires, digest, ...domain } of vectors.authorizations) {
      expect(authorizationDigest(identityOf({ ...domain, deal, digest }), { deal: dealId(deal), peer, expires: period(expires) })).to.equal(
        digest,
      );
    }
  });
});

describe('a key signer', () => {
  it('signs as in the vectors, and is recognized', async () => {
    for (const { digest, signatures } of vectors.revisions) {
      for (const expected of signatures) {
        const signer: Signer = createKeySigner(expected.privateKey);
        expect(signer.address).to.equal(expected.address);
        expect(await signer.sign(hash(digest))).to.equal(expected.signature);
        expect(recoverAddress(hash(digest), signature(expected.signature))).to.equal(expected.address);
      }
    }
  });

  it('agrees with ethers for random keys and digests', async () => {
    await fc.assert(
      fc.asyncProperty(keys, digests, async (key, digest) => {
        expect(addressOf(key)).to.equal(computeAddress(toHex(key)).toLowerCase());
        const signed = await createKeySigner(key).sign(digest);
        expect(signed).to.equal(new SigningKey(key).sign(digest).serialized);
        expect(recoverAddress(digest, signed)).to.equal(addressOf(key));
      }),
      { numRuns: 20 },
    );
  });

  it('keeps its key when the caller wipes the array', async () => {
    const key = new Uint8Array(32).fill(1);
    const signer = createKeySigner(key);
    const digest = hash(`0x${'12'.repeat(32)}`);
    const before = await signer.sign(digest);
    key.fill(0);
    expect(await signer.sign(digest)).to.equal(before);
  });

  it('takes no key out of range', () => {
    for (const key of [new Uint8Array(32), new Uint8Array(31).fill(1), new Uint8Array(32).fill(255)]) {
      expect(() => createKeySigner(key)).to.throw(RangeError, 'private key must be');
    }
    expect(() => createKeySigner('0xzz')).to.throw(TypeError);
  });
});

describe('a signature', () => {
  const digest = hash(`0x${'34'.repeat(32)}`);
  const alice = createKeySigner(`0x${'0a'.repeat(32)}`);

  it('of another digest is by somebody else, or by nobody', async () => {
    const signed = await alice.sign(digest);
    expect(recoverAddress(hash(`0x${'35'.repeat(32)}`), signed)).to.not.equal(alice.address);
  });

  it('with a high s, a strange v, or another length is refused: the contract would refuse it too', async () => {
    const signed = await alice.sign(digest);
    const s = BigInt(`0x${signed.slice(66, 130)}`);
    const v = signed.endsWith('1b') ? '1c' : '1b';
    const highS = signature(`${signed.slice(0, 66)}${(ORDER - s).toString(16).padStart(64, '0')}${v}`);
    expect(throwsCoded(() => recoverAddress(digest, highS), 'SIGNATURE_INVALID').message).to.contain('upper half');
    for (const end of ['00', '01', '1d', 'ff']) {
      throwsCoded(() => recoverAddress(digest, signature(`${signed.slice(0, -2)}${end}`)), 'SIGNATURE_INVALID');
    }
    throwsCoded(() => recoverAddress(digest, signed.slice(0, -2) as Signature), 'SIGNATURE_INVALID');
  });

  it('tells who made it, or that nobody can have', async () => {
    const signed = await alice.sign(digest);
    expect(signerOf(digest, signed)).to.equal(alice.address);
    expect(signerOf(digest, signed.slice(0, -2) as Signature)).to.equal(undefined);
    expect(signerOf(digest, `0x${'00'.repeat(64)}1b` as Signature)).to.equal(undefined);
  });

  it('with r or s out of range is refused', () => {
    for (const fill of ['00', 'ff']) throwsCoded(() => recoverAddress(digest, signature(`0x${fill.repeat(64)}1b`)), 'SIGNATURE_INVALID');
  });
});
