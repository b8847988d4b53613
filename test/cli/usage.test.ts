import { expect } from 'chai';
import { usageOf } from '../../node/cli/commands/du.js';
import { infoLines, noObject, type Place } from '../../node/cli/commands/info.js';
import type { Deal } from '../../node/core/market/deal.js';
import { leaves, period, wei } from '../../node/core/units.js';
import type { ObjectRecord } from '../../node/ports/catalogue.js';
import { actor } from '../support/worlds/actors.js';
import { idOf } from '../renter/sample-deals.js';

const object = (name: string, bytes: number, more: object = {}): ObjectRecord =>
  ({
    id: 'ab'.repeat(16),
    name,
    bytes,
    storedAt: 0,
    k: 2,
    n: 3,
    state: 'stored',
    sha256: `0x${'1'.repeat(64)}`,
    slabs: 1,
    ...more,
  }) as ObjectRecord;
async function* of(...objects: readonly ObjectRecord[]): AsyncGenerator<ObjectRecord> {
  yield* objects;
}

describe('how much lies in each folder', () => {
  const all = [object('a/b/c', 10), object('a/d', 5), object('a/b/e', 6), object('f', 1), object('ab/x', 100), object('a', 3)];
  const usage = async (prefix: string) => (await usageOf(of(...all, object('a/half', 9, { state: 'placing' })), prefix)).folders;

  it('is told of those right below, the largest first, and of what is in none', async () => {
    expect(await usage('')).to.deep.equal([
      { name: 'ab', files: 1, bytes: 100, storedBytes: 150 },
      { name: 'a', files: 3, bytes: 21, storedBytes: 15 + 8 + 9 },
      { name: '', files: 2, bytes: 4, storedBytes: 2 + 5 },
    ]);
  });

  it('under a prefix is that of its folders, and not of what only begins like it', async () => {
    for (const prefix of ['a/', 'a//'])
      expect(await usage(prefix)).to.deep.equal([
        { name: 'a/b', files: 2, bytes: 16, storedBytes: 24 },
        { name: 'a', files: 1, bytes: 5, storedBytes: 8 },
      ]);
  });
});

describe('what is said of one file', () => {
  const deal = (name: string, end: number, more: object = {}) =>
    ({
      id: idOf(name),
      provider: actor(name).address,
      status: 'active',
      leaves: leaves(9),
      price: wei(1n << 40n),
      end: period(end),
      ...more,
    }) as Deal;
  const place = (name: string, found: Deal | undefined): Place => ({ id: idOf(name), leaves: leaves(1 << 20), deal: found });
  const moment = { now: period(10), periodMilliseconds: 30 * 86_400_000, untilPeriod: () => 0, dayOf: (one: number) => `day ${one}` };

  it('is where it lies, who keeps it how long, and what that costs a month', () => {
    const places = [
      place('bob', deal('bob', 40)),
      place('carol', deal('carol', 30)),
      place('dave', deal('dave', 90, { defaulted: { period: period(3), share: wei(0n) } })),
      place('erin', deal('erin', 10)),
      place('frank', undefined),
    ];
    const lines = infoLines(object('a\nb', 10), places, moment);
    const text = lines.join('\n');
    expect(lines[0]).to.equal(`"a\\nb"  ${'ab'.repeat(16)}`);
    expect(text).to.include('lies in 5 deals, of which 2 keep it; the first of them ends about day 30');
    expect(text).to.include(`${idOf('bob')}  32.00 MiB at ${actor('bob').address}, until about day 40`);
    expect(text).to.include(`${actor('dave').address}, its provider defaulted`);
    expect(text).to.include(`${actor('erin').address}, keeps it no more`);
    expect(text).to.include(`${idOf('frank')}  is not on the chain`);
    expect(text).to.match(/costs {3}<0\.000001 HOLD a month/);
  });

  it('is told of files: the name of a folder is said to be one, and not to be missing', async () => {
    const catalogue = { inFolder: (folder: string) => of(...[object('a/b', 10)].filter(({ name }) => name.startsWith(`${folder}/`))) };
    for (const word of ['a', 'a/']) expect(await noObject(catalogue, word)).to.include({ code: 'BAD_OPTION' });
    expect((await noObject(catalogue, 'a')).message).to.include('"holdfast du"');
    expect(await noObject(catalogue, 'b')).to.include({ code: 'OBJECT_MISSING' });
  });
});
