import { Wallet } from 'ethers';
import { expect } from 'chai';
import { fromHex, toHex } from '../../../node/core/data/bytes.js';
import { deriveMaster, masterCheck, masterKeyFrom, masterKeyMessage, personalDigest, sessionKey } from '../../../node/core/keys/keys.js';
import { addressOf, createKeySigner } from '../../../node/core/keys/signing.js';
import { address, signature } from '../../../node/core/units.js';
import { rejectsCoded, throwsCoded } from '../../support/coded-errors.js';

const identity = { chainId: 31337n, market: address(`0x${'aa'.repeat(20)}`) };
const aliceKey = `0x${'a1'.repeat(32)}` as const;
const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

const alice = createKeySigner(aliceKey);
const owner = { ...identity, account: alice.address };
const aliceSigns = (message: string) => alice.sign(personalDigest(message));

/** A wallet that gives the `signatures` one after the other. */
const givingInTurn = (...signatures: readonly string[]) => {
  let turn = 0;
  return async () => signature(signatures[turn++] ?? '');
};

describe('the keys of a renter', () => {
  it('come from one signature of the wallet, the same through a wallet as through a signer', async () => {
    const message = masterKeyMessage(identity);
    const bySigner = await createKeySigner(aliceKey).sign(personalDigest(message));
    const byWallet = signature(await new Wallet(aliceKey).signMessage(message));
    expect(bySigner).to.equal(byWallet);
    expect(masterKeyFrom(bySigner)).to.have.length(32);
  });

  it('never change: a stored object must open for ever', async () => {
    const master = masterKeyFrom(await createKeySigner(aliceKey).sign(personalDigest(masterKeyMessage(identity))));
    expect(toHex(master)).to.equal('0x575d6196a65667b344310b9e33b95ff8c254d364ce151c730c9b9980007316cf');
    expect(toHex(sessionKey(master))).to.equal('0x810ba14f77ff09ff4771320b2e2665665e43db97b1aecacfb1f8484968cbe8b6');
  });

  it('differ by market and chain, and the message names both and warns', () => {
    const message = masterKeyMessage(identity);
    expect(message).to.contain('Chain: 31337').and.to.contain(`Market: ${identity.market}`).and.to.contain('Sign it in Holdfast only');
    expect(masterKeyMessage({ ...identity, chainId: 1n })).to.not.equal(message);
    expect(masterKeyMessage({ ...identity, market: address(`0x${'bb'.repeat(20)}`) })).to.not.equal(message);
  });

  it('do not depend on how a wallet writes s and v', async () => {
    const signed = await createKeySigner(aliceKey).sign(personalDigest('anything'));
    const s = BigInt(`0x${signed.slice(66, 130)}`);
    const highS = signature(`${signed.slice(0, 66)}${(ORDER - s).toString(16).padStart(64, '0')}00`);
    expect(masterKeyFrom(highS)).to.deep.equal(masterKeyFrom(signed));
  });

  it('do not come from a signature out of range', () => {
    throwsCoded(() => masterKeyFrom(signature(`0x${'00'.repeat(65)}`)), 'SIGNATURE_INVALID');
    throwsCoded(() => masterKeyFrom(signature(`0x${'ff'.repeat(65)}`)), 'SIGNATURE_INVALID');
  });

  it('hold a session key that is a key of its own', () => {
    const master = fromHex(`0x${'05'.repeat(32)}`);
    expect(addressOf(sessionKey(master))).to.match(/^0x[0-9a-f]{40}$/);
    expect(sessionKey(master)).to.not.deep.equal(master);
    expect(sessionKey(fromHex(`0x${'06'.repeat(32)}`))).to.not.deep.equal(sessionKey(master));
  });

  it('are asked for twice: a wallet that signs otherwise the second time is refused', async () => {
    const message = masterKeyMessage(identity);
    const first = await aliceSigns(message);
    // What follows would fit the key as well, as far as its form goes.
    const other = await aliceSigns(`${message} `);
    await rejectsCoded(deriveMaster(givingInTurn(first, other), owner), 'SIGNATURE_VARIES');
    expect(await deriveMaster(givingInTurn(first, first), owner)).to.deep.equal(masterKeyFrom(first));
  });

  it('come of a wallet that writes v and s in its own way, even another way each time', async () => {
    const first = await aliceSigns(masterKeyMessage(identity));
    const highS = (ORDER - BigInt(`0x${first.slice(66, 130)}`)).toString(16).padStart(64, '0');
    const other = `${first.slice(0, 66)}${highS}00`;
    expect(await deriveMaster(givingInTurn(first, other), owner)).to.deep.equal(await deriveMaster(aliceSigns, owner));
  });

  it('do not come of the signature of another account, nor of a wallet without a key', async () => {
    const mallory = createKeySigner(`0x${'b2'.repeat(32)}`);
    await rejectsCoded(
      deriveMaster((message) => mallory.sign(personalDigest(message)), owner),
      'SIGNATURE_FOREIGN',
    );
    const onAnotherMarket = { ...owner, market: address(`0x${'bb'.repeat(20)}`) };
    await rejectsCoded(
      deriveMaster(() => aliceSigns(masterKeyMessage(identity)), onAnotherMarket),
      'SIGNATURE_FOREIGN',
    );
    await rejectsCoded(deriveMaster(givingInTurn(`0x${'00'.repeat(65)}`), owner), 'SIGNATURE_INVALID');
  });

  it('have a check value that tells them apart and is no part of them', async () => {
    const master = await deriveMaster(aliceSigns, owner);
    expect(masterCheck(master)).to.match(/^[0-9a-f]{16}$/);
    expect(masterCheck(master)).to.not.equal(masterCheck(sessionKey(master)));
    for (const secret of [master, sessionKey(master)]) expect(toHex(secret)).to.not.include(masterCheck(master));
  });
});
