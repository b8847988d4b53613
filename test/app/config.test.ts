import { expect } from 'chai';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bookText, readBook, type Book } from '../../node/app/book/book.js';
import { loadSettings } from '../../node/app/settings/config.js';
import { isHoldfastError } from '../../node/core/errors/holdfast-error.js';
import { sampleBook } from '../support/sample-book.js';

const failure = async (work: Promise<unknown>): Promise<{ code: string; data: object }> =>
  await work.then(
    () => ({ code: 'none', data: {} }),
    (error: unknown) => {
      if (isHoldfastError(error)) return { code: error.code, data: error.data };
      throw error;
    },
  );

describe('settings', () => {
  let home: string;
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'holdfast-home-'));
  });
  afterEach(async () => {
    await rm(home, { recursive: true, force: true });
  });

  it('lets flags win over the environment, and that over the file, and fills in defaults', async () => {
    await writeFile(join(home, 'config.json'), JSON.stringify({ rpc: 'http://file:1', book: 'file.json', renter: { k: 2 } }));
    const env = { HOLDFAST_RPC: 'http://environment:1', HOLDFAST_BOOK: 'environment.json' };
    const settings = await loadSettings({ home, rpc: 'http://flag:1' }, env);
    expect(settings).to.deep.include({
      home,
      rpc: ['http://flag:1'],
      book: 'environment.json',
      renter: { k: 2, n: 6, reads: 1, revisionWorth: 10n ** 15n },
    });
    expect(settings.provider.capacityBytes).to.equal(2 ** 40);
  });

  it('takes a book for that of the network it was set with: another network that is named above it means its own', async () => {
    await writeFile(join(home, 'config.json'), JSON.stringify({ network: 'sepolia', book: 'file.json' }));
    const bookOf = async (flags: object, env: Readonly<Record<string, string>> = {}): Promise<string | undefined> =>
      (await loadSettings({ home, ...flags }, env)).book;
    expect(await bookOf({})).to.equal('file.json');
    expect(await bookOf({ network: 'base-sepolia' })).to.equal(undefined);
    expect(await bookOf({ network: '84532' })).to.equal(undefined);
    expect(await bookOf({}, { HOLDFAST_NETWORK: 'base-sepolia' })).to.equal(undefined);
    expect(await bookOf({ network: 'base-sepolia' }, { HOLDFAST_BOOK: 'environment.json' })).to.equal(undefined);
    expect(await bookOf({ network: 'base-sepolia', book: 'flag.json' })).to.equal('flag.json');
    expect(await bookOf({ network: 'sepolia' }), 'the same').to.equal('file.json');
    expect(await bookOf({ network: 'localhost' }), 'has none of its own').to.equal('file.json');
  });

  it('takes several RPC addresses: a list in the file, separated by commas elsewhere', async () => {
    const several = ['http://one:1', 'https://two/v3/key'];
    await writeFile(join(home, 'config.json'), JSON.stringify({ rpc: several, rpcAgreement: 1 }));
    expect(await loadSettings({ home }, {})).to.deep.include({ rpc: several, rpcAgreement: 1 });
    expect((await loadSettings({ home }, { HOLDFAST_RPC: 'http://three:3, http://four:4' })).rpc).to.deep.equal([
      'http://three:3',
      'http://four:4',
    ]);
    expect((await loadSettings({ home, rpc: 'http://five:5,http://six:6' }, {})).rpc).to.deep.equal(['http://five:5', 'http://six:6']);
  });

  it('says which of several RPC addresses is bad, without repeating it', async () => {
    const problemOf = async (rpc: unknown): Promise<unknown> => {
      await writeFile(join(home, 'config.json'), JSON.stringify({ rpc }));
      const { code, data } = await failure(loadSettings({ home }, {}));
      expect([code, (data as { key: string }).key]).to.deep.equal(['CONFIG_INVALID', 'rpc']);
      return (data as { problem: string }).problem;
    };
    expect(await problemOf(['http://one:1', 'ws://two/secret'])).to.equal('address 2 of 2 is not an http or https URL');
    expect(await problemOf(['http://one:1', 'http://two', 'http://one:1'])).to.equal('address 3 of 3 is named twice');
    expect(await problemOf('one:1')).to.equal('it is not an http or https URL');
    expect(await problemOf([])).to.match(/1/);
    expect(await problemOf(Array.from({ length: 9 }, (_, index) => `http://host-${index}`))).to.match(/8/);
  });

  it('takes what a revision is worth as an amount of tokens', async () => {
    const worthOf = async (revisionWorth: unknown): Promise<unknown> => {
      await writeFile(join(home, 'config.json'), JSON.stringify({ renter: { revisionWorth } }));
      return (await loadSettings({ home }, {})).renter.revisionWorth;
    };
    expect(await worthOf('0.25')).to.equal(25n * 10n ** 16n);
    expect(await worthOf('0')).to.equal(0n);
    for (const wrong of [0.25, '-1', '', 'dear', '0.0000000000000000001', '1e3', `1${'0'.repeat(40)}`]) {
      const { code, data } = await failure(worthOf(wrong));
      expect([code, (data as { key?: string }).key], String(wrong)).to.deep.equal(['CONFIG_INVALID', 'renter.revisionWorth']);
    }
  });

  it('bounds what transactions may cost', async () => {
    expect((await loadSettings({ home }, {})).fees).to.deep.equal({ maxGwei: 500, legacy: false, confirmations: 1, stuckBlocks: 4 });
    for (const fees of [{ maxGwei: 0 }, { maxGwei: 2e6 }, { confirmations: 65 }, { stuckBlocks: 0 }, { legacy: 'yes' }]) {
      await writeFile(join(home, 'config.json'), JSON.stringify({ fees }));
      const { code, data } = await failure(loadSettings({ home }, {}));
      expect([code, (data as { key: string }).key]).to.deep.equal(['CONFIG_INVALID', `fees.${Object.keys(fees)[0]}`]);
    }
  });

  it("finds a slip in the owner's address, and a capacity without its unit", async () => {
    const right = '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed';
    const load = async (provider: unknown) => {
      await writeFile(join(home, 'config.json'), JSON.stringify({ provider }));
      return loadSettings({ home }, {});
    };
    for (const owner of [right, right.toLowerCase()]) expect((await load({ owner })).provider.owner).to.equal(right.toLowerCase());
    const { data } = await failure(load({ owner: right.replace('Aed', 'Aee') }));
    expect(data).to.include({ key: 'provider.owner', problem: 'must be an address of one case or with the right checksum' });
    expect(await failure(load({ capacityBytes: 500 }))).to.deep.nested.include({ 'data.key': 'provider.capacityBytes' });
  });

  it('works without any file', async () => {
    expect(await loadSettings({ home: join(home, 'nowhere') }, {})).to.deep.include({
      renter: { k: 4, n: 6, reads: 1, revisionWorth: 10n ** 15n },
    });
  });

  it('names the source and the key of a bad value', async () => {
    expect(await failure(loadSettings({ home, rpc: 'nonsense' }, {}))).to.deep.nested.include({
      code: 'CONFIG_INVALID',
      'data.key': 'rpc',
      'data.source': 'the command line',
    });
    expect(await failure(loadSettings({ home }, { HOLDFAST_RPC: 'ftp://x' }))).to.deep.nested.include({
      'data.key': 'rpc',
      'data.source': 'the environment',
    });
    const path = join(home, 'config.json');
    await writeFile(path, JSON.stringify({ provider: { capacityBytes: 'much' } }));
    expect(await failure(loadSettings({ home }, {}))).to.deep.nested.include({ 'data.key': 'provider.capacityBytes', 'data.source': path });
    await writeFile(path, JSON.stringify({ provder: {} }));
    expect(await failure(loadSettings({ home }, {}))).to.deep.nested.include({ 'data.key': 'provder', 'data.source': path });
    await writeFile(path, '{"rpc": ');
    expect(await failure(loadSettings({ home }, {}))).to.deep.nested.include({ code: 'CONFIG_INVALID', 'data.source': path });
  });
});

describe('address book', () => {
  const book = sampleBook;

  it('is read as it was written, and refused by name when missing, foreign or cut short', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-book-'));
    const path = join(folder, 'book.json');
    await writeFile(path, bookText(book));
    expect(await readBook(path)).to.deep.equal(book);
    await writeFile(path, bookText(book).slice(0, 80));
    expect(await failure(readBook(path))).to.deep.include({ code: 'BOOK_INVALID' });
    await writeFile(path, bookText({ ...book, market: '0x12' as never }));
    expect(await failure(readBook(path))).to.deep.include({ code: 'BOOK_INVALID' });
    for (const key of Object.keys(book).filter((each) => each !== 'genesis')) {
      await writeFile(path, bookText(Object.fromEntries(Object.entries(book).filter(([each]) => each !== key)) as Book));
      const { code, data } = await failure(readBook(path));
      expect(code, key).to.equal('BOOK_INVALID');
      expect(JSON.stringify(data), key).to.contain(key);
    }
    await writeFile(path, bookText({ ...book, stranger: 1 } as Book));
    expect(await failure(readBook(path))).to.deep.include({ code: 'BOOK_INVALID' });
    expect(await failure(readBook(join(folder, 'none')))).to.deep.include({ code: 'BOOK_MISSING' });
    expect(await failure(readBook(undefined))).to.deep.include({ code: 'BOOK_MISSING' });
    await rm(folder, { recursive: true });
  });
});
