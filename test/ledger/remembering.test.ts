import { expect } from 'chai';
import fc from 'fast-check';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Book } from '../../node/app/book/book.js';
import { loadSegments, saveSegments } from '../../node/app/ledger/cache.js';
import { joinSegments, planDescent, SEGMENT_BLOCKS, type Segment } from '../../node/core/ledger/segments.js';
import { address, blockNumber } from '../../node/core/units.js';
import { hashOf } from '../support/worlds/actors.js';
import { rejection } from '../support/coded-rejection.js';
import { sampleBook } from '../support/sample-book.js';
import { withDirectory } from '../support/temporary-directory.js';

const at = (byte: string): ReturnType<typeof address> => address(`0x${byte.repeat(20)}`);
const book: Book = { ...sampleBook, deployment: { ...sampleBook.deployment, hash: hashOf('block 10') } };

const segment = (from: number, to: number, chain = 'block', withRecord = true): Segment => ({
  from,
  to,
  hash: hashOf(`${chain} ${to}`),
  parent: hashOf(`${chain} ${from - 1}`),
  records: withRecord
    ? [
        {
          block: blockNumber(to),
          hash: hashOf(`${chain} ${to}`),
          parentHash: hashOf(`${chain} ${to - 1}`),
          timestamp: 1_785_600_000,
          logs: [
            {
              address: at('04'),
              topics: [hashOf('topic')],
              data: '0x1234',
              transaction: hashOf('transaction'),
              logIndex: 3,
              block: to,
              blockHash: hashOf(`${chain} ${to}`),
            },
          ],
        },
      ]
    : [],
});

describe('what was verified is remembered', () => {
  it('comes back from the file as it was, readable by its owner alone', async () => {
    await withDirectory(async (home) => {
      const path = join(home, 'ledger', 'market.json');
      expect(await loadSegments(path, book)).to.deep.equal([]);
      const segments = [segment(11, 20), segment(21, 40, 'block', false)];
      await saveSegments(path, book, segments);
      expect(await loadSegments(path, book)).to.deep.equal(segments);
      expect((await stat(path)).mode & 0o777).to.equal(0o600);
    });
  });

  it('of another market, chain or deployment is refused by name', async () => {
    await withDirectory(async (home) => {
      const path = join(home, 'market.json');
      await saveSegments(path, book, [segment(11, 20)]);
      const others: readonly (readonly [string, Book])[] = [
        ['market', { ...book, market: at('44') }],
        ['chainId', { ...book, chainId: 1n }],
        ['family', { ...book, family: 'other' }],
        ['deploymentHash', { ...book, deployment: { ...book.deployment, hash: hashOf('another') } }],
      ];
      for (const [what, other] of others)
        expect((await rejection(loadSegments(path, other), 'LEDGER_CACHE_FOREIGN')).data).to.include({ what, path });
    });
  });

  it('and damaged is refused, not believed', async () => {
    await withDirectory(async (home) => {
      const path = join(home, 'market.json');
      await saveSegments(path, book, [segment(11, 20)]);
      const text = await readFile(path, 'utf8');
      for (const damaged of [
        '',
        '{',
        text.slice(0, -20),
        text.replace('"version":1', '"version":2'),
        text.replace('"from":11', '"from":"x"'),
      ]) {
        await writeFile(path, damaged);
        expect((await rejection(loadSegments(path, book), 'LEDGER_CACHE_DAMAGED')).data).to.include({ path });
      }
    });
  });

  it('up to a cap: the oldest is kept, the rest is verified again', async () => {
    await withDirectory(async (home) => {
      const path = join(home, 'market.json');
      const segments = [segment(11, 20), segment(2_000, 2_010), segment(4_000, 4_010)];
      await saveSegments(path, book, segments, 2_200);
      expect((await stat(path)).size).to.be.at.most(2_200);
      expect(await loadSegments(path, book)).to.deep.equal(segments.slice(0, 2));
    });
  });
});

describe('segments', () => {
  it('are joined with their neighbours up to full length, where they are of one chain', () => {
    const [a, b, c] = [segment(11, 20), segment(21, 30), segment(31, 40, 'other')];
    const [joined, rest] = joinSegments([c, a, b]);
    expect(joined).to.deep.include({ from: 11, to: 30, parent: a.parent, hash: b.hash });
    expect(joined?.records).to.deep.equal([...a.records, ...b.records]);
    expect(rest).to.deep.equal(c);
    const apart = joinSegments([segment(1_000, SEGMENT_BLOCKS - 1), segment(SEGMENT_BLOCKS, 1_100)]);
    expect(apart).to.have.length(2);
  });

  it('and steps make a way down that treads on every block once, whatever is known', () => {
    const row = fc.array(fc.tuple(fc.nat(300), fc.nat(3_000)), { maxLength: 8 });
    fc.assert(
      fc.property(row, fc.integer({ min: 0, max: 9_000 }), fc.integer({ min: 0, max: 500 }), (gaps, top, bottom) => {
        let next = 0;
        const known = gaps.map(([gap, length]) => {
          const from = next + gap;
          next = from + length + 1;
          return segment(from, from + length, 'block', false);
        });
        const steps = planDescent(top, bottom, known);
        const rows = steps.map((step) => (step.kind === 'read' ? step : step.segment));
        let at = top;
        for (const { from, to } of rows) {
          expect(to).to.equal(at);
          expect(from).to.be.at.most(to);
          at = from - 1;
        }
        expect(at).to.equal(Math.min(top, bottom - 1));
        for (const step of steps) if (step.kind === 'read') expect(step.to - step.from).to.be.lessThan(SEGMENT_BLOCKS);
      }),
    );
  });
});
