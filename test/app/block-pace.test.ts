import { expect } from 'chai';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readBlockPace } from '../../node/app/block-pace.js';
import { HoldfastError } from '../../node/core/errors/holdfast-error.js';
import { blockNumber, hash } from '../../node/core/units.js';
import { temporaryDirectory } from '../support/temporary-directory.js';

const NOW = Date.UTC(2027, 0, 1);
const DAY = 86_400_000;
const HEAD = 50_000;

/** A chain whose blocks come every `seconds`, and how often it was asked for one. */
const chainOf = (seconds: number, fails = false) => {
  const asked: number[] = [];
  const timestamp = (block: number): number => NOW / 1_000 - (HEAD - block) * seconds;
  return {
    asked,
    head: async () => ({ block: blockNumber(HEAD), hash: hash(`0x${'1'.repeat(64)}`), timestamp: timestamp(HEAD) }),
    blockTime: async (block: number) => {
      asked.push(block);
      if (fails) throw new HoldfastError('RPC_REFUSED', { url: 'http://one', method: 'eth_getBlockByNumber', reason: 'pruned' });
      return timestamp(block);
    },
  };
};

describe("How fast a chain's blocks come", () => {
  let path: string;
  let remove: () => Promise<void>;
  beforeEach(async () => {
    const home = await temporaryDirectory();
    path = join(home.path, 'home', 'pace', '1.json');
    remove = home.remove;
  });
  afterEach(() => remove());
  const { signal } = new AbortController();
  const pace = (reader: ReturnType<typeof chainOf>, now = NOW) => readBlockPace({ reader, meant: 12_000, path, now, signal });

  it('is measured once a day, and remembered', async () => {
    const [first, later] = [chainOf(13), chainOf(14)];
    expect(await pace(first)).to.equal(13_000);
    expect(first.asked).to.have.length(10);
    expect(await pace(later, NOW + DAY - 1)).to.equal(13_000);
    expect(later.asked).to.deep.equal([]);
    expect(await pace(later, NOW + DAY)).to.equal(14_000);
  });

  it('is what the network means where the RPC cannot tell, and what is remembered where it could before', async () => {
    expect(await pace(chainOf(13, true))).to.equal(12_000);
    expect(await pace(chainOf(13))).to.equal(13_000);
    expect(await pace(chainOf(14, true), NOW + DAY)).to.equal(13_000);
  });

  it('is measured again where what was remembered is nonsense', async () => {
    await mkdir(dirname(path), { recursive: true });
    for (const text of ['', '{', '{"holdfastPace":1,"blockMilliseconds":0,"measuredAt":1}', 'x'.repeat(5_000)]) {
      await writeFile(path, text);
      expect(await pace(chainOf(13))).to.equal(13_000);
      expect(JSON.parse(await readFile(path, 'utf8'))).to.deep.equal({ holdfastPace: 1, blockMilliseconds: 13_000, measuredAt: NOW });
    }
  });

  it('is what the network means where an RPC lies, or lied when it was remembered: no limit of a price per month is moved by it', async () => {
    for (const seconds of [1e9, 3_600, 25, 5, 1]) expect(await pace(chainOf(seconds)), `${seconds} s`).to.equal(12_000);
    for (const seconds of [24, 6]) expect(await pace(chainOf(seconds), NOW + seconds * DAY), `${seconds} s`).to.equal(seconds * 1_000);
    await writeFile(path, JSON.stringify({ holdfastPace: 1, blockMilliseconds: 3_600_000, measuredAt: NOW }));
    expect(await pace(chainOf(1e9))).to.equal(12_000);
    expect(await pace(chainOf(13))).to.equal(13_000);
  });

  it('is told though the home cannot be written to', async () => {
    await mkdir(dirname(dirname(path)), { recursive: true });
    await writeFile(dirname(path), 'no folder');
    expect(await pace(chainOf(13))).to.equal(13_000);
  });

  it('is not waited for by who gave up', async () => {
    const reason = new Error('enough');
    const asking = readBlockPace({ reader: chainOf(13, true), meant: 12_000, path, now: NOW, signal: AbortSignal.abort(reason) });
    expect(await asking.catch((error: unknown) => error)).to.equal(reason);
  });
});
