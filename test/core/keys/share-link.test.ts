import { expect } from 'chai';
import { linkText, parseLink, verifyOnly, type ShareLink } from '../../../node/core/keys/share-link.js';
import { contentsKey, placesKey, shareKey, shareTag, verifyKey } from '../../../node/core/keys/share-keys.js';
import { readerKey } from '../../../node/core/keys/reader-key.js';
import { toHex } from '../../../node/core/data/bytes.js';
import { MAX_PERIOD, address, period, signature } from '../../../node/core/units.js';
import { throwsCoded } from '../../support/coded-errors.js';

const share = shareKey(new Uint8Array(32).fill(7), '00112233445566778899aabbccddeeff');
const link: ShareLink = {
  share,
  verify: verifyKey(share),
  chainId: 31_337n,
  market: address(`0x${'ab'.repeat(20)}`),
  owner: address(`0x${'cd'.repeat(20)}`),
  grant: { until: period(MAX_PERIOD), signature: signature(`0x${'ef'.repeat(65)}`) },
};

describe('a link', () => {
  it('says what was written, with space around it too', () => {
    expect(parseLink(linkText(link))).to.deep.equal(link);
    expect(parseLink(`  ${linkText(link)}\n`)).to.deep.equal(link);
    expect(linkText(link)).to.match(/^holdfast:[A-Za-z0-9_-]{208}$/);
  });

  it('is refused wherever it is cut, and with another character anywhere', () => {
    const text = linkText(link);
    for (let length = 0; length < text.length; length++) throwsCoded(() => parseLink(text.slice(0, length)), 'LINK_DAMAGED');
    throwsCoded(() => parseLink(`${text}A`), 'LINK_DAMAGED');
    for (let at = 0; at < text.length; at++)
      for (const other of ['A', 'B', '_', '=', '\u0000', 'é'])
        if (text[at] !== other) throwsCoded(() => parseLink(text.slice(0, at) + other + text.slice(at + 1)), 'LINK_DAMAGED');
  });

  it('that verifies has no trace of the key that reads', () => {
    const text = linkText(verifyOnly(link));
    const read = parseLink(text);
    expect(read).to.deep.equal(verifyOnly(link));
    expect(Buffer.from(text.slice('holdfast:'.length), 'base64url').toString('hex')).not.to.include(toHex(share).slice(2));
  });

  it('has keys that differ in every use, and none that is another one', () => {
    const id = 'ff'.repeat(16);
    const verify = verifyKey(share);
    const all = [share, verify, readerKey(verify), placesKey(verify, id).key, contentsKey(share, id).key].map(toHex);
    expect(new Set([...all, shareTag(verify)]).size).to.equal(6);
    expect(toHex(verifyKey(shareKey(new Uint8Array(32).fill(7), '01112233445566778899aabbccddeeff')))).not.to.equal(toHex(verify));
  });
});
