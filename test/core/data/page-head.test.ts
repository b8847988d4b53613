import { expect } from 'chai';
import { openPageHead, pageHeadBytes, sealPageHead, type PageHead } from '../../../node/core/data/page-head.js';
import { fromHex } from '../../../node/core/data/bytes.js';
import { dealId, leaves } from '../../../node/core/units.js';
import { bytesOf, hashOf } from '../../support/worlds/actors.js';

const master = fromHex(hashOf('master'));
const deal = dealId(hashOf('deal'));
const sector = { root: hashOf('sector'), leaves: leaves(2_048) };
const span = { page: '0a'.repeat(16), machine: '0b'.repeat(16), from: 7, to: 2 ** 40 };
const head: PageHead = {
  ...span,
  ...{ k: 4, n: 12, index: 11, length: 70_000, sha256: hashOf('page'), previous: sector },
  earlier: [{ ...span, page: '0c'.repeat(16), from: 0, to: 7, k: 1, n: 1, index: 0, sector }],
};

describe('The head of a page', () => {
  it('says what it was told, to the master key and the deal that it was made for', async () => {
    const sealed = await sealPageHead(master, deal, head);
    expect(sealed.length).to.equal(pageHeadBytes(1));
    const read = await openPageHead(master, deal, new Uint8Array([...sealed, ...bytesOf('shard', 64)]));
    expect(read).to.deep.equal({ kind: 'page', head, bytes: sealed.length });
    expect(await openPageHead(fromHex(hashOf('another')), deal, sealed)).to.deep.equal({ kind: 'none' });
    expect(await openPageHead(master, dealId(hashOf('another')), sealed)).to.deep.equal({ kind: 'none' });
  });

  it('is no page with any byte changed that it says something with, and asks for more where it is cut', async () => {
    const sealed = await sealPageHead(master, deal, { ...head, earlier: [] });
    const { previous: _, ...bare } = head;
    expect(await openPageHead(master, deal, await sealPageHead(master, deal, bare))).to.have.deep.property('head', bare);
    for (const at of [0, 15, 16, 30, 60, 100, 140]) {
      const changed = sealed.with(at, (sealed[at] as number) ^ 1);
      expect(await openPageHead(master, deal, changed), String(at)).to.deep.equal({ kind: 'none' });
    }
    expect(await openPageHead(master, deal, sealed.subarray(0, 32))).to.deep.equal({ kind: 'longer', bytes: sealed.length });
    expect(await openPageHead(master, deal, sealed.subarray(0, 24))).to.deep.equal({ kind: 'none' });
  });

  it('of a newer program says its version', async () => {
    const sealed = await sealPageHead(master, deal, { ...head, earlier: [] });
    const newer = sealed.with(20, (sealed[20] as number) ^ 1 ^ 2);
    expect(await openPageHead(master, deal, newer)).to.deep.equal({ kind: 'newer', version: 2 });
  });
});
