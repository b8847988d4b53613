import { expect } from 'chai';
import { generateKeyPair } from '@libp2p/crypto/keys';
import { peerIdFromPrivateKey } from '@libp2p/peer-id';
import { peerIdBytes, peerIdText } from '../../node/chain/market/peer-id-bytes.js';
import { toHex } from '../../node/core/data/bytes.js';
import { throwsCoded } from '../support/coded-errors.js';

describe('peer ids on chain', () => {
  for (const kind of ['Ed25519', 'secp256k1', 'RSA'] as const) {
    it(`are the multihash of libp2p for ${kind} keys, and come back as the same text`, async () => {
      const key = kind === 'RSA' ? await generateKeyPair('RSA', 2048) : await generateKeyPair(kind);
      const id = peerIdFromPrivateKey(key);
      const bytes = peerIdBytes(id.toString());
      expect(bytes).to.equal(toHex(id.toMultihash().bytes));
      expect(peerIdText(bytes)).to.equal(id.toString());
    });
  }

  it('text of any bytes is shown, whatever a stranger wrote', () => {
    expect(peerIdText('0x')).to.equal('');
    expect(peerIdText('0x0000')).to.equal('11');
    expect(peerIdText('0x00ff')).to.equal('15Q');
  });

  for (const [what, text] of [
    ['nothing', ''],
    ['characters outside base58', '12D3KooW0OIl'],
    ['no multihash', '5Q'],
    ['a cut one', '12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nX'],
    ['an endless one', '1'.repeat(10_000)],
  ] as const) {
    it(`refuses ${what}`, () => throwsCoded(() => peerIdBytes(text), 'PEER_ID_INVALID'));
  }
});
