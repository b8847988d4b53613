import { expect } from 'chai';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { loadSettings, type SettingFlags } from '../../node/app/settings/config.js';
import { findBook, shippedBook } from '../../node/app/book/find-book.js';
import { rejection } from '../support/coded-rejection.js';
import { startFixedRpc, type FixedRpc } from '../support/rpc/fixed-rpc.js';
import { temporaryDirectory } from '../support/temporary-directory.js';

const sepolia = 11_155_111n;

describe('the address book to use', () => {
  let folder: Awaited<ReturnType<typeof temporaryDirectory>>;
  let shipped: URL;
  let rpc: FixedRpc;

  before(async () => {
    folder = await temporaryDirectory();
    shipped = pathToFileURL(`${folder.path}/`);
    rpc = await startFixedRpc({ eth_chainId: '0xaa36a7' });
    // What a book holds is another test's: here its error names the file that was taken.
    await writeFile(join(folder.path, `${sepolia}.json`), '"shipped"');
    await writeFile(join(folder.path, 'own.json'), '"own"');
  });
  after(async () => {
    await rpc.stop();
    await folder.remove();
  });

  const taken = async (flags: SettingFlags): Promise<string> => {
    const settings = await loadSettings({ home: folder.path, ...flags }, {});
    return (await rejection(findBook(settings, undefined, shipped), 'BOOK_INVALID')).data.path;
  };

  it('is the one that is named, whatever the network', async () => {
    const own = join(folder.path, 'own.json');
    expect(await taken({ book: own, network: 'sepolia', rpc: rpc.url })).to.equal(own);
  });

  it("is the package's for the network, by name or chain id, without asking anybody", async () => {
    expect(await taken({ network: 'sepolia', rpc: 'http://127.0.0.1:1' })).to.equal(shippedBook(sepolia, shipped));
    expect(await taken({ network: '11155111' })).to.equal(shippedBook(sepolia, shipped));
  });

  it("is the package's for the chain that the RPC serves, where no network is named", async () => {
    expect(await taken({ rpc: rpc.url })).to.equal(shippedBook(sepolia, shipped));
    expect(await taken({ rpc: rpc.url, network: 'localhost' })).to.equal(shippedBook(sepolia, shipped));
  });

  it("is the package's for the first RPC whose chain has one: another may serve a chain that is not meant", async () => {
    const astray = await startFixedRpc({ eth_chainId: '0x5' });
    try {
      expect(await taken({ rpc: `${astray.url},${rpc.url}` })).to.equal(shippedBook(sepolia, shipped));
      const settings = await loadSettings({ home: folder.path, rpc: `${astray.url},http://127.0.0.1:1` }, {});
      expect((await rejection(findBook(settings, undefined, shipped), 'BOOK_NOT_SHIPPED')).data).to.deep.equal({ chainId: 5n });
    } finally {
      await astray.stop();
    }
  });

  it('is missed by name: no book for that chain, no RPC to ask, nobody who answers, no such network', async () => {
    const find = async (flags: SettingFlags) => await findBook(await loadSettings({ home: folder.path, ...flags }, {}), undefined, shipped);
    expect((await rejection(find({ network: 'base-sepolia' }), 'BOOK_NOT_SHIPPED')).data).to.deep.equal({ chainId: 84_532n });
    await rejection(find({}), 'RPC_MISSING');
    await rejection(find({ rpc: 'http://127.0.0.1:1' }), 'RPC_UNREACHABLE');
    expect((await rejection(find({ network: 'sepola' }), 'CONFIG_INVALID')).data).to.include({ key: 'network' });
  });
});
