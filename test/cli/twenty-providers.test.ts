import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { expect } from 'chai';
import { startDevnet, type Devnet } from '../../scripts/demo/devnet/devnet.js';
import type { Person } from '../../scripts/demo/devnet/person.js';
import type { RunningProvider } from '../../scripts/demo/devnet/provider.js';

const TERMS = { periodPrice: '1', stake: '1000', operatorCoin: '1', capacity: '2GiB' };
const MIB = 1 << 20;
const LARGE = 1_024;

/** What file systems allow and programs stumble over. */
const NAMES = [
  ' leading and trailing ',
  'new\nline',
  'tab\tand\u001b[31m red',
  '-rf',
  '--json',
  '*',
  '$(reboot)',
  'it\'s "quoted"',
  'back\\slash',
  'é',
  'e\u0301',
  '名前',
  '👩‍👩‍👧',
  '.hidden',
  '...',
  'CON',
  'a'.repeat(255),
  '%2e%2e%2f',
  'ends with dot.',
];
/** Lengths around leaves, sectors' parts and slabs. */
const LENGTHS = [0, 1, 31, 32, 33, 127, 128, 129, 1_000, 4_096, 10_240, 10_240, 10_240, 65_537, 200_000];

const sha256Of = async (path: string): Promise<string> => {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
};

/** Makes 2,000 files in nested folders; what is in each, by its path. */
const makeFolder = async (folder: string): Promise<ReadonlyMap<string, string>> => {
  const digests = new Map<string, string>();
  for (let index = 0; index < 2_000; index++) {
    const name = NAMES[index] ?? `${index} ${NAMES[index % (NAMES.length - 4)]?.slice(0, 100)}`;
    const path = join(index % 7 === 0 ? '' : `folder ${index % 7}`, index % 3 === 0 ? '' : `in\nner ${index % 5}`, name);
    const bytes = randomBytes((LENGTHS[index % LENGTHS.length] as number) + (index % LENGTHS.length > 8 ? index % 13 : 0));
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), bytes);
    digests.set(path, createHash('sha256').update(bytes).digest('hex'));
  }
  // One that has several slabs, among the others.
  const large = randomBytes(40 * MIB);
  await writeFile(join(folder, 'several slabs'), large);
  return digests.set('several slabs', createHash('sha256').update(large).digest('hex'));
};

const digestsIn = async (folder: string): Promise<ReadonlyMap<string, string>> => {
  const digests = new Map<string, string>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    digests.set(
      path.slice(folder.length + 1),
      createHash('sha256')
        .update(await readFile(path))
        .digest('hex'),
    );
  }
  return digests;
};

describe('Alice among twenty providers, each a process of its own', function () {
  this.timeout(1_200_000);
  let folder: string;
  let devnet: Devnet;
  let providers: readonly RunningProvider[];
  let alice: Person;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'holdfast-twenty-'));
    devnet = await startDevnet();
    providers = await devnet.addProviders(20, TERMS);
    alice = await devnet.addRenter('alice');
  });
  after(async () => {
    await devnet[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  it('stores a folder of two thousand files with hostile names in one run, and gets it back as it was', async () => {
    const source = join(folder, 'in');
    const digests = await makeFolder(source);
    const put = await alice.holdfast(['put', source, '--name', 'mixed', '--periods', '200', '--max-price', '100000000']);
    expect(put).to.have.property('objects').that.has.length(digests.size);
    expect(put).to.have.property('failed').that.deep.equals([]);
    const again = await alice.holdfast(['put', source, '--name', 'mixed', '--periods', '200']);
    expect(again).to.have.property('unchanged').that.has.length(digests.size);
    const out = join(folder, 'out');
    await alice.holdfast(['get', 'mixed/', '--out', out]);
    expect(await digestsIn(join(out, 'mixed'))).to.deep.equal(digests);
  });

  it('stores a GiB, 6 of 18, and gets it back after twelve of its holders were stopped', async () => {
    const path = join(folder, 'large');
    await using file = await open(path, 'w');
    for (let mebibyte = 0; mebibyte < LARGE; mebibyte++) await file.write(randomBytes(MIB));
    const expected = await sha256Of(path);
    await alice.holdfast(['put', path, '--k', '6', '--n', '18', '--periods', '200', '--room', '0B', '--max-price', '100000000']);
    const { deals } = (await alice.holdfast(['deals'])) as {
      readonly deals: readonly { readonly provider: string; readonly leaves: number }[];
    };
    // A sixth of a GiB and no less: those that hold a shard of each slab.
    const holders = new Set(deals.filter(({ leaves }) => leaves * 32 * 6 >= LARGE * MIB).map(({ provider }) => provider.toLowerCase()));
    expect(holders.size).to.be.at.least(18);
    const stopped = providers.filter(({ provider }) => holders.has(provider.toLowerCase())).slice(0, 12);
    expect(stopped).to.have.length(12);
    await Promise.all(stopped.map(({ daemon }) => daemon.stop()));
    const out = join(folder, 'large again');
    await alice.holdfast(['get', 'large', '--out', out]);
    expect((await stat(out)).size).to.equal(LARGE * MIB);
    expect(await sha256Of(out)).to.equal(expected);
  });
});
