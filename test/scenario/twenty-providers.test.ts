import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout } from 'node:timers/promises';
import { expect } from 'chai';
import { startDevnet, type Devnet } from '../../scripts/demo/devnet/devnet.js';
import type { Answer, Person } from '../../scripts/demo/devnet/person.js';
import type { RunningProvider } from '../../scripts/demo/devnet/provider.js';
import { rpcTo } from '../support/rpc/anvil.js';
import { digestsIn, makeHostileFolder } from './hostile-folder.js';

const MIB = 1 << 20;
const TERMS = { periodPrice: '1', stake: '1000', operatorCoin: '1', capacity: '2GiB' };
const FILES = 2_000;
/** Bytes of the large file. `HOLDFAST_SCENARIO=full`: a GiB, for which a run of all scenarios has no time. */
const LARGE = (process.env['HOLDFAST_SCENARIO'] === 'full' ? 1_024 : 192) * MIB;

const PAYING = ['--periods', '400', '--max-price', '100000000'];

const sha256Of = async (path: string): Promise<string> => {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
};

/** Bytes of sectors that the provider took in since it was started. */
const receivedBy = async ({ person }: RunningProvider): Promise<number> => {
  const { url, token } = JSON.parse(await readFile(join(person.home, 'daemon.json'), 'utf8')) as { url: string; token: string };
  const text = await (await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${token}` } })).text();
  return Number(/^holdfast_received_bytes_total (\d+)$/m.exec(text)?.[1] ?? 0);
};

/** Names of the objects that an answer lists under `key`, in order. */
const namesIn = (answer: Answer, key: string): readonly string[] =>
  (answer[key] as readonly { readonly name: string }[]).map(({ name }) => name).sort();

describe('Alice among twenty providers, each a process of its own', function () {
  this.timeout(1_200_000);
  let folder: string;
  let large: string;
  let devnet: Devnet;
  let providers: readonly RunningProvider[];
  let alice: Person;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'holdfast-twenty-'));
    large = join(folder, 'large');
    devnet = await startDevnet(undefined, { client: 'anvil' });
    providers = await devnet.addProviders(20, TERMS);
    alice = await devnet.addRenter('alice');
    // Each daemon looks at each block: with half as many, the machine has time for what is shown here.
    await rpcTo(devnet.control)('evm_setIntervalMining', 1);
  });
  after(async () => {
    await devnet[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  it('stores a folder of files with hostile names in one run, finds it unchanged in the next, and gets it back as it was', async () => {
    const source = join(folder, 'in');
    const { files, links, empties } = await makeHostileFolder(source, FILES, 40 * MIB);
    const names = [...files.keys()].map((path) => `mixed/${path}`).sort();
    const put = await alice.holdfast(['put', source, '--name', 'mixed', ...PAYING]);
    expect([put['unchanged'], put['failed'], namesIn(put, 'objects')]).to.deep.equal([[], [], names]);
    const leftOut = (paths: readonly string[], reason: string) => paths.map((path) => ({ path: join(source, path), reason }));
    expect(put['skipped']).to.have.deep.members([...leftOut(links, 'symbolic link'), ...leftOut(empties, 'empty folder')]);
    const again = await alice.holdfast(['put', source, '--name', 'mixed', ...PAYING]);
    expect([again['objects'], again['failed'], namesIn(again, 'unchanged')]).to.deep.equal([[], [], names]);
    const out = join(folder, 'out');
    await alice.holdfast(['get', 'mixed/', '--out', out]);
    expect(await digestsIn(join(out, 'mixed'))).to.deep.equal(files);
  });

  it('is told which names are no text, and stores what lies beside them', async () => {
    const source = join(folder, 'bytes');
    await mkdir(source);
    await writeFile(Buffer.concat([Buffer.from(`${source}/`), Buffer.from([0x66, 0xff, 0x0a])]), 'no text');
    await writeFile(join(source, 'text'), 'text');
    const put = await alice.holdfast(['put', source, ...PAYING], { code: 1 });
    expect(put['failed']).to.have.nested.property('[0].code', 'NAME_REFUSED');
    expect(put['failed']).to.have.nested.property('[0].path', `${source}/f\\xff\\x0a`);
    expect(namesIn(put, 'objects')).to.deep.equal(['bytes/text']);
  });

  const received = async (): Promise<number> => (await Promise.all(providers.map(receivedBy))).reduce((sum, bytes) => sum + bytes, 0);

  it('goes on with a large file, 6 of 18, where its process was killed: no more than the other half is sent', async () => {
    await using file = await open(large, 'w');
    for (let at = 0; at < LARGE; at += MIB) await file.write(randomBytes(MIB));
    const before = await received();
    const put = ['put', large, '--k', '6', '--n', '18', '--room', '0B', ...PAYING];
    const first = await alice.start([...put, '--yes']);
    const isOver = first.ended.then(() => true);
    while ((await received()) - before < (LARGE * 3) / 2) expect(await Promise.race([setTimeout(200), isOver])).to.equal(undefined);
    first.signal('SIGKILL');
    expect(await first.ended).to.deep.equal({ code: null, signal: 'SIGKILL' });
    const half = await received();
    await alice.holdfast(put);
    expect((await received()) - half).to.be.within(1, LARGE * 3 * 0.55);
  });

  it('and gets it back after twelve of its holders were stopped', async () => {
    const expected = await sha256Of(large);
    const { deals } = (await alice.holdfast(['deals'])) as {
      readonly deals: readonly { readonly provider: string; readonly leaves: number }[];
    };
    // A sixth of it and no less: those that hold a shard of each slab.
    const holders = new Set(deals.filter(({ leaves }) => leaves * 32 * 6 >= LARGE).map(({ provider }) => provider.toLowerCase()));
    expect(holders.size).to.be.at.least(18);
    const stopped = providers.filter(({ provider }) => holders.has(provider.toLowerCase())).slice(0, 12);
    expect(stopped).to.have.length(12);
    await Promise.all(stopped.map(({ daemon }) => daemon.stop()));
    const out = join(folder, 'large again');
    await alice.holdfast(['get', 'large', '--out', out]);
    expect((await stat(out)).size).to.equal(LARGE);
    expect(await sha256Of(out)).to.equal(expected);
  });
});
