import { expect } from 'chai';
import { readFile } from 'node:fs/promises';
import { HDNodeWallet } from 'ethers';
import { fromHex, toHex } from '../../node/core/data/bytes.js';
import { objectKey, shardKey, slabKey } from '../../node/core/data/cipher.js';
import { deriveMaster, masterCheck, masterKeyMessage, personalDigest, sessionKey } from '../../node/core/keys/keys.js';
import { contentsKey, placesKey, shareKey, shareTag, verifyKey } from '../../node/core/keys/share-keys.js';
import { readerKey } from '../../node/core/keys/reader-key.js';
import { addressOf, createKeySigner } from '../../node/core/keys/signing.js';
import { address, dealId } from '../../node/core/units.js';

interface Placement {
  readonly object: string;
  readonly slab: number;
  readonly shard: number;
  readonly deal: string;
  readonly attempt: number;
  readonly objectKey: string;
  readonly slabKey: string;
  readonly shardKeyAndNonce: string;
}

interface ShareVector {
  readonly share: string;
  readonly manifest: string;
  readonly key: string;
  readonly verify: string;
  readonly tag: string;
  readonly reader: string;
  readonly readerAddress: string;
  readonly placesKeyAndNonce: string;
  readonly contentsKeyAndNonce: string;
}

interface KeyVector {
  readonly mnemonic: string;
  readonly path: string;
  readonly address: string;
  readonly chainId: number;
  readonly market: string;
  readonly message: string;
  readonly signature: string;
  readonly master: string;
  readonly check: string;
  readonly sessionKey: string;
  readonly sessionAddress: string;
  readonly placements: readonly Placement[];
  readonly share: ShareVector;
}

const vectors = JSON.parse(await readFile(new URL('./keys.json', import.meta.url), 'utf8')) as readonly KeyVector[];

const expectShare = (master: Uint8Array, { share, manifest, ...expected }: ShareVector): void => {
  const key = shareKey(master, share);
  const verify = verifyKey(key);
  const [places, contents] = [placesKey(verify, manifest), contentsKey(key, manifest)];
  const reader = readerKey(verify);
  expect({
    key: toHex(key),
    verify: toHex(verify),
    tag: shareTag(verify),
    reader: toHex(reader),
    readerAddress: addressOf(reader),
    placesKeyAndNonce: toHex(places.key) + toHex(places.nonce).slice(2),
    contentsKeyAndNonce: toHex(contents.key) + toHex(contents.nonce).slice(2),
  }).to.deep.equal(expected);
};

describe('the tree of keys of docs/keys.md', () => {
  it('has the addresses that everybody knows the test mnemonics by', () => {
    expect(vectors.map((one) => one.address).slice(0, 2)).to.deep.equal([
      '0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266',
      '0x6fac4d18c912343bf86fa7049364dd4e424ab9c0',
    ]);
  });

  for (const vector of vectors)
    it(`grows from ${vector.address} as the second reading has it`, async () => {
      const { privateKey } = HDNodeWallet.fromPhrase(vector.mnemonic, undefined, vector.path);
      const signer = createKeySigner(fromHex(privateKey));
      expect(signer.address).to.equal(vector.address);
      const market = { chainId: BigInt(vector.chainId), market: address(vector.market) };
      const message = masterKeyMessage(market);
      expect(toHex(new TextEncoder().encode(message))).to.equal(vector.message);
      expect(await signer.sign(personalDigest(message))).to.equal(vector.signature);
      const owner = { ...market, account: signer.address };
      const master = await deriveMaster((text) => signer.sign(personalDigest(text)), owner);
      expect(toHex(master)).to.equal(vector.master);
      expect(masterCheck(master)).to.equal(vector.check);
      expect(toHex(sessionKey(master))).to.equal(vector.sessionKey);
      expect(addressOf(sessionKey(master))).to.equal(vector.sessionAddress);
      expect(vector.placements).to.have.length(2);
      for (const { object, slab, shard, deal, attempt, ...expected } of vector.placements) {
        const ofObject = objectKey(master, object);
        const ofSlab = slabKey(ofObject, slab);
        const { key, nonce } = shardKey(ofSlab, { shard, deal: dealId(deal), attempt });
        expect(toHex(ofObject)).to.equal(expected.objectKey);
        expect(toHex(ofSlab)).to.equal(expected.slabKey);
        expect(toHex(key) + toHex(nonce).slice(2)).to.equal(expected.shardKeyAndNonce);
      }
      expectShare(master, vector.share);
    });
});
