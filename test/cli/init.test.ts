import { expect } from 'chai';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bookText } from '../../node/app/book/book.js';
import { loadSettings } from '../../node/app/settings/config.js';
import { OptionReader, type Call, type Outcome } from '../../node/cli/command.js';
import { command } from '../../node/cli/commands/init.js';
import { atTerminal, hasTerminals, type Seen } from '../support/at-terminal.js';
import { rejection } from '../support/coded-rejection.js';
import { freshChain, startFixedRpc, type FixedRpc } from '../support/rpc/fixed-rpc.js';
import { sampleBook } from '../support/sample-book.js';
import { temporaryDirectory } from '../support/temporary-directory.js';

/** A book of chain `chainId`: that of a market which is nowhere. */
const bookOf = (chainId: bigint): string => bookText({ ...sampleBook, chainId });

describe('holdfast init', function () {
  this.timeout(30_000);
  let folder: Awaited<ReturnType<typeof temporaryDirectory>>;
  let home: string;
  let path: string;
  let sepolia: FixedRpc;
  let local: FixedRpc;
  let said: string[];

  before(async () => {
    sepolia = await startFixedRpc(freshChain(11_155_111n));
    local = await startFixedRpc(freshChain(1337n));
  });
  after(async () => {
    await sepolia.stop();
    await local.stop();
  });
  beforeEach(async () => {
    folder = await temporaryDirectory();
    home = join(folder.path, 'home');
    path = join(home, 'config.json');
    said = [];
  });
  afterEach(() => folder.remove());

  const settings = () => loadSettings({ home }, {});

  /** Runs the command with these options; with `answers` there is a terminal, and each question takes the next. */
  const init = async (options: Readonly<Record<string, unknown>>, answers?: readonly string[]): Promise<Outcome> => {
    const waiting = [...(answers ?? [])];
    const unasked = () => Promise.reject(new Error('init asks for no secrets'));
    const call: Call = {
      args: [],
      options: new OptionReader(options),
      terminal: {
        json: false,
        width: undefined,
        say: (line) => said.push(line),
        print: () => undefined,
        progress: () => expect.fail('nothing takes long'),
      },
      prompt: {
        interactive: answers !== undefined,
        ask: (question) => {
          said.push(question);
          const next = waiting.shift();
          return next === undefined ? Promise.reject(new Error(`asked once too often: ${question}`)) : Promise.resolve(next);
        },
        password: unasked,
        secret: unasked,
        newPassword: unasked,
        unlocking: () => unasked,
        canReveal: false,
        reveal: unasked,
      },
      standard: undefined as never,
      settings: () => loadSettings({ home, ...options }, {}),
      signal: new AbortController().signal,
    };
    const outcome = await command.run(call);
    expect(waiting, 'answers that nobody asked for').to.deep.equal([]);
    return outcome ?? expect.fail('there is no such command');
  };

  it('works without a terminal: the network follows from the chain that the RPC serves', async () => {
    const { json, text } = await init({ rpc: sepolia.url });
    expect(json).to.include({ changed: true, network: 'sepolia', role: 'renter', book: null });
    expect(await settings()).to.deep.include({ network: 'sepolia', rpc: [sepolia.url], role: 'renter' });
    expect(await readFile(path, 'utf8')).to.match(/^\/\/ Settings/);
    expect(text.join('\n')).to.match(/wallet new[^]*wallet drip[^]*holdfast put[^]*holdfast doctor/);
  });

  it('takes network, role and book from options, and tells a provider its next steps', async () => {
    const book = join(folder.path, 'book.json');
    await writeFile(book, bookOf(1337n));
    const { text } = await init({ rpc: local.url, network: 'localhost', role: 'provider', book });
    expect(await settings()).to.include({ network: 'localhost', role: 'provider', book });
    expect((await settings()).provider.listen).to.deep.equal(['/ip4/0.0.0.0/tcp/4711']);
    expect(text.join('\n')).to.match(/provider init[^]*provider stake/);
  });

  it('writes nothing when something is wrong: no RPC, none that answers, another chain, a foreign book, no such role', async () => {
    const book = join(folder.path, 'book.json');
    await writeFile(book, bookOf(5n));
    await rejection(init({}), 'OPTION_MISSING');
    await rejection(init({ rpc: 'http://127.0.0.1:1' }), 'RPC_UNREACHABLE');
    await rejection(init({ rpc: sepolia.url, network: 'op-sepolia' }), 'NETWORK_MISMATCH');
    await rejection(init({ rpc: sepolia.url, book }), 'WRONG_CHAIN');
    await rejection(init({ rpc: sepolia.url, role: 'miner' }), 'BAD_OPTION');
    const arbitrum = await startFixedRpc(freshChain(42_161n));
    await rejection(init({ rpc: arbitrum.url }), 'CHAIN_REFUSED');
    await arbitrum.stop();
    const mute = await startFixedRpc({});
    await rejection(init({ rpc: mute.url }), 'RPC_REFUSED');
    await mute.stop();
    expect(await readFile(path, 'utf8').catch(() => 'none')).to.equal('none');
  });

  it('asks on a terminal, and again after an answer that does not fit', async () => {
    const { json } = await init({}, ['the moon', '1', 'nonsense', 'http://127.0.0.1:1', local.url, sepolia.url, 'farmer', 'provider', '-']);
    expect(json).to.include({ network: 'sepolia', role: 'provider', changed: true });
    const talk = said.join('\n');
    expect(talk).to.match(/1 +sepolia[^]*5 +localhost/);
    expect(talk).to.match(/the moon[^]*nonsense[^]*no answer[^]*serves chain 1337[^]*farmer/);
  });

  it('asks only what the options leave open', async () => {
    await init({ network: 'sepolia', rpc: sepolia.url, role: 'renter' }, ['']);
    expect(said.filter((line) => /Which network|JSON-RPC|renter/.test(line))).to.deep.equal([]);
  });

  it('run again shows what is there, and changes it only when told to, keeping the rest and its comments', async () => {
    await init({ rpc: sepolia.url, role: 'provider' });
    await writeFile(path, (await readFile(path, 'utf8')).replace('"provider": {', '"provider": { // my big disk'));
    const before = await readFile(path, 'utf8');

    const { data } = await rejection(init({ rpc: local.url }), 'SETTINGS_EXIST');
    expect(data.present).to.equal(`network sepolia, rpc ${sepolia.url}, role provider`);
    expect((await init({}, ['no'])).json).to.deep.equal({ path, changed: false });
    expect(said.join('\n')).to.include('network sepolia');
    expect(await readFile(path, 'utf8')).to.equal(before);

    await init({ rpc: local.url, yes: true });
    const after = await readFile(path, 'utf8');
    expect(after).to.include('// my big disk');
    expect(await settings()).to.deep.include({ network: '1337', rpc: [local.url], role: 'provider' });
    await init({}, ['yes', '', '', '', '-']);
    expect(await readFile(path, 'utf8')).to.equal(after);
  });

  if (!hasTerminals) return;

  /** Types `answers` into the command on a terminal, each when a question stands there. */
  const person = (answers: readonly string[]): Promise<Seen> => atTerminal(['init', '--home', home], /(\]|commas\)): /g, answers);

  it('reads what a person types on a real terminal', async () => {
    const { code, shown } = await person(['sepolia\r', `${sepolia.url}\r`, '\r', '\r']);
    expect(code, shown).to.equal(0);
    expect(await settings()).to.deep.include({ network: 'sepolia', rpc: [sepolia.url], role: 'renter' });
  });

  it('gives up in good order when the person does', async () => {
    const { code, shown } = await person(['\u0004']);
    expect(code, shown).to.equal(130);
    expect(shown).to.include('ABORTED');
  });
});
