import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { startDevnet, type Devnet } from '../../scripts/demo/devnet/devnet.js';
import { movedPerson, type Person } from '../../scripts/demo/devnet/person.js';
import type { RunningProvider } from '../../scripts/demo/devnet/provider.js';
import { rpcTo } from '../support/rpc/anvil.js';
import { digestsIn } from './hostile-folder.js';

const TERMS = { periodPrice: '1', stake: '1000', operatorCoin: '1', capacity: '1GiB' };
const PROVIDERS = 12;
const SHAPE = ['--k', '4', '--n', '12', '--periods', '400', '--max-price', '100000000'];
const FILES = 200;

describe('Alice on three machines, with one wallet and twelve providers, each a process of its own', function () {
  this.timeout(900_000);
  let folder: string;
  let devnet: Devnet;
  let providers: readonly RunningProvider[];
  let first: Person;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'holdfast-recovering-'));
    devnet = await startDevnet(undefined, { client: 'anvil' });
    providers = await devnet.addProviders(PROVIDERS, TERMS);
    first = await devnet.addRenter('alice');
    // Each daemon looks at each block: with half as many, the machine has time for what is shown here.
    await rpcTo(devnet.control)('evm_setIntervalMining', 1);
  });
  after(async () => {
    await devnet[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  /** A machine with the wallet and nothing else. */
  const emptyMachine = async (name: string): Promise<Person> => {
    const person = movedPerson(first, join(devnet.folder, 'people'), name, devnet.network);
    await mkdir(join(person.home, 'keys'), { recursive: true, mode: 0o700 });
    await cp(join(first.home, 'config.json'), join(person.home, 'config.json'));
    await cp(join(first.home, 'keys', 'wallet.json'), join(person.home, 'keys', 'wallet.json'));
    return person;
  };
  const write = async (path: string, bytes: number): Promise<void> => {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, randomBytes(bytes));
  };

  it('stores on the first, changes on the second, and has all on the third while four of twelve are down', async () => {
    const source = join(folder, 'in', 'photos');
    for (let index = 0; index < FILES; index++) await write(join(source, `year ${index % 7}`, `${index}.jpg`), 1_000 + 37 * index);
    await write(join(source, 'film'), 3 << 20);
    await first.holdfast(['put', source, '--name', 'photos', ...SHAPE]);

    const second = await emptyMachine('second');
    const found = await second.holdfast(['recover']);
    expect(found).to.deep.include({ objects: FILES + 1, missing: [], unlisted: [], unfinished: [], gone: [] });
    await write(join(source, 'year 0', '0.jpg'), 5_000);
    await write(join(source, 'new'), 7_000);
    await second.holdfast(['put', source, '--name', 'photos', ...SHAPE]);

    await Promise.all(providers.slice(0, 4).map(({ daemon }) => daemon.stop()));
    const third = await emptyMachine('third');
    const all = await third.holdfast(['recover'], { code: 1 });
    expect(all['missing']).to.deep.equal([]);
    expect(all['unlisted']).to.have.length(4);
    const out = join(folder, 'out');
    await third.holdfast(['get', 'photos/', '--out', out]);
    expect(await digestsIn(join(out, 'photos'))).to.deep.equal(await digestsIn(source));
  });
});
