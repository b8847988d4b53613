import { expect } from 'chai';
import { Wallet } from 'ethers';
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { commandTable } from '../../node/cli/command-table.js';
import { CommandFailed, createPerson, type Answer, type Person } from '../../scripts/demo/devnet/person.js';
import { startDevnet, type Devnet } from '../../scripts/demo/devnet/devnet.js';
import type { RunningProvider } from '../../scripts/demo/devnet/provider.js';

const TERMS = { periodPrice: '1', stake: '100', operatorCoin: '1', capacity: '64MiB' };

const codeOf = async (work: Promise<unknown>): Promise<string> =>
  await work.then(
    () => 'none',
    (error: unknown) => {
      if (error instanceof CommandFailed) return error.code;
      throw error;
    },
  );

/**
 * Commands whose success others see: `close` needs a deal that is over (the main job), `devnet` ends when it is stopped, and keys are changed in
 * rotating.test.ts.
 */
const ELSEWHERE = ['deals close', 'devnet', 'provider rotate operator', 'provider rotate owner'];

/** What `renew` answers, as far as it is looked at here. */
interface Renewed {
  readonly performed: boolean;
  readonly renewed: readonly { readonly from: number; readonly end: number }[];
  readonly paid: string;
}

describe('every command, of a provider and a renter on a real chain', function () {
  this.timeout(240_000);
  let devnet: Devnet;
  let bob: RunningProvider;
  let alice: Person;
  /** File with what Alice knows of her first deal. */
  let listing: string;
  /** Commands that printed their JSON and ended well; setting the devnet up takes the first. */
  const succeeded = new Set(['wallet new', 'provider init', 'provider stake', 'provider run']);

  const succeed = async (person: Person, args: readonly string[]): Promise<Answer> => {
    const answer = await person.holdfast(args);
    const named = commandTable.map(({ path }) => path).filter((path) => path.every((word, index) => word === args[index]));
    succeeded.add(named.reduce((longest, path) => (path.length > longest.length ? path : longest), [] as readonly string[]).join(' '));
    return answer;
  };

  before(async () => {
    devnet = await startDevnet();
    [bob] = (await devnet.addProviders(1, TERMS)) as [RunningProvider];
    alice = await devnet.addRenter('alice');
  });
  after(async () => {
    await devnet[Symbol.asyncDispose]();
  });

  it('tells how it stands, from the chain and from its daemon', async () => {
    const status = await succeed(bob.person, ['provider', 'status']);
    expect(status).to.have.nested.property('sheet.stake', (100n * 10n ** 18n).toString());
    expect(status).to.have.nested.property('daemon.deals', 0);
    expect(status).to.have.nested.property('daemon.alarms').that.deep.equals([]);
  });

  it('counts what it does, for whoever holds its token', async () => {
    const { url, token } = JSON.parse(await readFile(join(bob.person.home, 'daemon.json'), 'utf8')) as { url: string; token: string };
    const text = await (await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${token}` } })).text();
    expect(text).to.match(/^holdfast_head_block \d+$/m);
    expect(text).to.match(/^holdfast_head_age_seconds \d+$/m);
    expect(text).to.match(/^holdfast_rpc_calls_total\{method="eth_call",outcome="answered"\} [1-9]/m);
    expect(text).to.match(/^holdfast_deals 0$/m);
  });

  it('is found healthy by the doctor, which asks for no password, sends nothing and knows the daemon', async () => {
    const before = await bob.person.holdfast(['wallet', 'balance']);
    const { ok, checks } = (await succeed(bob.person, ['doctor'])) as {
      ok: boolean;
      checks: { name: string; status: string; says: string }[];
    };
    expect(ok, JSON.stringify(checks)).to.equal(true);
    expect(checks.filter(({ status }) => status !== 'ok').map(({ name, status }) => [name, status])).to.deep.equal([
      ['deals', 'skipped'],
      ['recovery', 'skipped'],
    ]);
    expect(checks.find(({ name }) => name === 'ports')?.says).to.include('running daemon');
    expect(checks.find(({ name }) => name === 'provider')?.says).to.include('stake 100 HOLD');
    expect(await bob.person.holdfast(['wallet', 'balance'])).to.deep.equal(before);
  });

  it('draws from the faucet once in its span of blocks, and is told when it comes too early', async () => {
    const { token } = await alice.holdfast(['wallet', 'balance']);
    const drawn = await alice.holdfast(['wallet', 'drip']);
    expect(drawn).to.include({ drawn: (1000n * 10n ** 18n).toString(), token: (BigInt(String(token)) + 1000n * 10n ** 18n).toString() });
    expect(await codeOf(alice.holdfast(['wallet', 'drip']))).to.equal('FAUCET_TOO_SOON');
  });

  it('sends no transaction to pay out nothing', async () => {
    const answer = await alice.holdfast(['deals', 'withdraw']);
    expect(answer).to.include({ amount: '0' });
    expect(answer).not.to.have.property('transaction');
  });

  it('changes its ask, and sends nothing when nothing changes', async () => {
    const changed = await succeed(bob.person, ['provider', 'ask', '--max-deal', '1GiB']);
    expect(changed).to.have.nested.property('ask.maxLeaves', 2 ** 25);
    expect(changed).to.have.property('transaction');
    expect(await succeed(bob.person, ['provider', 'ask', '--max-deal', '1GiB'])).not.to.have.property('transaction');
  });

  it('says after a second set-up what is true: what was asked for is changed, the rest stays, and coin is not sent twice', async () => {
    const { sheet } = (await bob.person.holdfast(['provider', 'status'])) as {
      sheet: { ask: object; lockLimit: string; operator: string };
    };
    const again = ['provider', 'init', '--operator-coin', '0.5'];
    expect(await bob.person.holdfast(again)).to.deep.include({ ask: sheet.ask, lockLimit: sheet.lockLimit, transactions: [] });
    const changed = await bob.person.holdfast([...again, '--lock-limit', '70']);
    expect(changed).to.include({ lockLimit: (70n * 10n ** 18n).toString(), operator: sheet.operator });
    expect(await bob.person.holdfast(['provider', 'status'])).to.have.nested.property('sheet.lockLimit', changed['lockLimit']);
  });

  it('changes no setting for whoever has not the password of all its keys', async () => {
    const erin = await createPerson(join(devnet.folder, 'people'), 'erin-forgot', devnet.network);
    await succeed(erin, ['wallet', 'new']);
    await copyFile(join(bob.person.home, 'keys', 'operator.json'), join(erin.home, 'keys', 'operator.json'));
    const before = await readFile(join(erin.home, 'config.json'), 'utf8');
    expect(await codeOf(erin.holdfast(['provider', 'init', '--price', '1', '--capacity', '1GiB']))).to.equal('WRONG_PASSWORD');
    expect(await readFile(join(erin.home, 'config.json'), 'utf8')).to.equal(before);
  });

  it('frees stake, pays it out, and is told when it asks for more than there is', async () => {
    await succeed(bob.person, ['provider', 'unstake', '40']);
    expect(await codeOf(bob.person.holdfast(['provider', 'unstake', '61']))).to.equal('INSUFFICIENT_FUNDS');
    const paid = await succeed(bob.person, ['provider', 'withdraw']);
    expect(paid).to.have.property('amount', (40n * 10n ** 18n).toString());
  });

  it('lets Alice see her wallet and send from it, and refuses what she does not have', async () => {
    const { address } = await succeed(alice, ['wallet', 'address']);
    const { token } = await succeed(alice, ['wallet', 'balance']);
    await succeed(alice, ['wallet', 'send', bob.provider, '25']);
    expect(await succeed(alice, ['wallet', 'balance'])).to.include({
      address,
      token: (BigInt(String(token)) - 25n * 10n ** 18n).toString(),
    });
    expect(await codeOf(alice.holdfast(['wallet', 'send', bob.provider, '999999999']))).not.to.be.oneOf(['none', 'INTERNAL']);
    expect(await succeed(alice, ['deals']))
      .to.have.property('deals')
      .that.deep.equals([]);
    expect(await succeed(alice, ['ls']))
      .to.have.property('objects')
      .that.deep.equals([]);
  });

  it('tells Alice what is wrong before anything is paid: too few providers, a missing file, a price too high, another chain', async () => {
    const before = await succeed(alice, ['wallet', 'balance']);
    expect(await codeOf(alice.holdfast(['put', 'package.json']))).to.equal('PROVIDERS_TOO_FEW');
    expect(await codeOf(alice.holdfast(['put', 'no-such-file']))).to.equal('FILE_UNREADABLE');
    expect(await codeOf(alice.holdfast(['put', 'package.json', '--k', '7', '--n', '6']))).to.equal('ERASURE_SHAPE_INVALID');
    expect(await codeOf(alice.holdfast(['get', 'nothing']))).to.equal('OBJECT_MISSING');
    expect(await codeOf(alice.holdfast(['wallet', 'balance', '--rpc', 'http://127.0.0.1:1']))).to.equal('RPC_UNREACHABLE');
    expect(await succeed(alice, ['wallet', 'balance'])).to.deep.equal(before);
  });

  it('shows rewards and egress of a provider, and finds nothing to claim yet', async () => {
    const status = await succeed(bob.person, ['provider', 'status']);
    expect(status).to.have.nested.property('rewards.owed').that.deep.equals([]);
    expect(status).to.have.nested.property('rewards.running.reward', '0');
    expect(status).to.have.nested.property('daemon.egress').that.deep.equals({ promised: '0', unredeemed: '0' });
    expect(await succeed(bob.person, ['provider', 'claim'])).to.deep.include({ epochs: [], reward: '0' });
    expect(await codeOf(bob.person.holdfast(['provider', 'claim', '999']))).to.equal('EPOCH_NOT_OVER');
  });

  it('lets the owner say how much of the stake deals may lock', async () => {
    const { limit } = await succeed(bob.person, ['provider', 'limit', '900']);
    expect(limit).to.equal((900n * 10n ** 18n).toString());
    expect(await succeed(bob.person, ['provider', 'status'])).to.have.nested.property('sheet.lockLimit', limit);
  });

  it('stores a file at one provider, fetches it, adds to the escrow, renews the deal, gives notice, and ends it by agreement', async () => {
    const { object } = await succeed(alice, ['put', 'package.json', '--k', '1', '--n', '1', '--periods', '40']);
    expect(object).to.include({ name: 'package.json', state: 'stored' });
    expect(await succeed(alice, ['du'])).to.have.nested.property('all.files', 1);
    const {
      link,
      id: shared,
      untilPeriod,
    } = (await succeed(alice, ['share', 'package.json', '--until', '30d'])) as Record<'link' | 'id', string> & { untilPeriod: number };
    expect(await succeed(alice, ['shares'])).to.have.nested.property('shares[0].link', link);
    expect(await succeed(alice, ['ls', link])).to.have.nested.property('objects[0].name', 'package.json');
    expect(await codeOf(alice.holdfast(['get', link.slice(0, -1)]))).to.equal('LINK_DAMAGED');
    expect(await succeed(alice, ['unshare', shared])).to.have.property('grantedThrough', untilPeriod);
    const info = (await succeed(alice, ['info', 'package.json'])) as { places: { kept: boolean }[]; weiPerMonth: string };
    expect(info.places.map(({ kept }) => kept)).to.deep.equal([true]);
    expect(BigInt(info.weiPerMonth) > 0n).to.equal(true);
    const { deals } = (await succeed(alice, ['deals'])) as unknown as { deals: { id: string; escrow: string; end: number }[] };
    expect(deals).to.have.length(1);
    const [{ id, escrow, end } = { id: '', escrow: '', end: 0 }] = deals;
    listing = join(devnet.folder, 'listing.json');
    expect(await succeed(alice, ['deals', 'listing', id, '--out', listing])).to.include({
      deal: id,
      path: listing,
      number: '3',
      sectors: 2,
    });
    expect(await codeOf(alice.holdfast(['deals', 'listing', id, '--out', listing]))).to.equal('FILE_EXISTS');
    expect(await codeOf(alice.holdfast(['deals', 'challenge', `0x${'7'.repeat(64)}`]))).to.equal('DEAL_UNKNOWN');
    const { bond, end: answer } = (await succeed(alice, ['deals', 'challenge', id, '--wait'])) as unknown as {
      bond: string;
      end: { kind: string };
    };
    expect([bond, answer.kind]).to.deep.equal([(10n ** 16n).toString(), 'answered']);
    await succeed(alice, ['deals', 'deposit', id, '2.5']);
    expect(await succeed(alice, ['verify'])).to.deep.include({ held: true, objects: 1, shards: 1, egress: '0' });
    const sheets = join(devnet.folder, 'sheets');
    await mkdir(sheets);
    await writeFile(join(sheets, 'one'), 'one sheet');
    const sync = ['sync', sheets, 'sheets', '--k', '1', '--n', '1', '--periods', '40', '--yes'];
    expect(await succeed(alice, sync)).to.deep.include({ direction: 'up', changed: ['sheets/one'], same: 0 });
    expect(await alice.holdfast(sync)).to.deep.include({ changed: [], same: 1 });
    await rm(join(sheets, 'one'));
    expect(await alice.holdfast([...sync, '--down'])).to.deep.include({ missing: ['sheets/one'], kept: [], failed: [] });
    expect(await readFile(join(sheets, 'one'), 'utf8')).to.equal('one sheet');
    expect(await succeed(alice, ['repair'])).to.have.property('repairedShards', 0);
    expect(await succeed(alice, ['renter', 'run', '--once']))
      .to.deep.include({ ok: true })
      .and.have.nested.property('healing.asked', 1);
    expect(await succeed(alice, ['renter', 'providers'])).to.deep.include({ failed: [] });
    const filled = await succeed(alice, ['renter', 'purse', '--coin', '0.05', '--tokens', '2', '--bounds', '100']);
    expect(filled).to.deep.include({ made: true, coin: (5n * 10n ** 16n).toString(), token: (2n * 10n ** 18n).toString() });
    expect(await succeed(alice, ['renter', 'purse'])).to.deep.include({ made: false, raised: [], coin: filled['coin'] });
    expect(await succeed(alice, ['renter', 'run', '--once']), 'with the session’s keys').to.deep.include({ ok: true });
    expect(await succeed(alice, ['renter', 'run', '--once', '--dry-run', '--wallet'])).to.deep.include({ ok: true });
    const dry = (await succeed(alice, ['renew', id, '--periods', '60', '--dry-run'])) as unknown as Renewed;
    const renewed = (await succeed(alice, ['renew', id, '--periods', '60', '--budget', '5'])) as unknown as Renewed;
    expect([dry.performed, renewed.performed, renewed.renewed[0]?.from]).to.deep.equal([false, true, end]);
    expect(BigInt(renewed.paid) <= 5n * 10n ** 18n).to.equal(true);
    const longer = (await succeed(alice, ['deals'])) as unknown as { deals: { end: number }[] };
    expect(longer.deals[0]?.end)
      .to.equal(renewed.renewed[0]?.end)
      .and.to.be.greaterThan(end + 10);
    const copy = join(devnet.folder, 'copy.json');
    await succeed(alice, ['get', 'package.json', '--out', copy]);
    expect(await readFile(copy, 'utf8')).to.equal(await readFile('package.json', 'utf8'));
    await succeed(alice, ['deals', 'leave', id]);
    const left = (await succeed(alice, ['deals'])) as unknown as { deals: { escrow: string; end: number }[] };
    expect(left.deals[0]?.end).to.be.lessThan(end);
    expect(BigInt(left.deals[0]?.escrow ?? 0) > BigInt(escrow)).to.equal(true);
    const cancel = async () =>
      (await succeed(alice, ['deals', 'cancel', id])) as unknown as { emptied: { deal: string }[]; cancelled: readonly unknown[] };
    expect(await codeOf(bob.person.holdfast(['deals', 'cancel', id]))).to.equal('NOT_PARTY');
    const first = await cancel();
    expect([first.emptied.map(({ deal }) => deal), first.cancelled]).to.deep.equal([[id], []]);
    // A whole period later, which is twenty seconds here.
    while ((await cancel()).cancelled.length === 0) await setTimeout(1_000);
    expect(await succeed(alice, ['deals', 'withdraw']))
      .to.have.property('amount')
      .that.is.not.equal('0');
  });

  it('lets Bob give a deal up, whose escrow and collateral go to Alice', async () => {
    await succeed(alice, ['put', 'LICENSE', '--k', '1', '--n', '1', '--periods', '40']);
    const { deals } = (await succeed(alice, ['deals'])) as unknown as { deals: { id: string }[] };
    const forfeit = ['provider', 'forfeit', deals[0]?.id ?? ''];
    // From a period's first block until Bob's daemon has proven nothing of his may change (R2).
    const whenThawed = async (): Promise<Answer> =>
      await succeed(bob.person, forfeit).catch(async (error: unknown) => {
        if (!(error instanceof CommandFailed) || error.code !== 'FROZEN') throw error;
        await setTimeout(500);
        return await whenThawed();
      });
    expect(await whenThawed()).to.have.property('deal', deals[0]?.id);
    expect(await succeed(alice, ['deals']))
      .to.have.property('deals')
      .that.deep.equals([]);
    expect(BigInt(String((await succeed(alice, ['wallet', 'balance']))['credit'])) > 0n).to.equal(true);
  });

  it('pays for reading where that has a price: what it costs, no more than she allows, by vouchers that Bob holds', async () => {
    await succeed(bob.person, ['provider', 'ask', '--egress-price', '1000']);
    expect(await codeOf(alice.holdfast(['put', 'LICENSE', '--k', '1', '--n', '1', '--max-egress-price', '999']))).to.equal(
      'PROVIDERS_TOO_FEW',
    );
    const { quote } = await succeed(alice, ['put', 'LICENSE', '--k', '1', '--n', '1', '--periods', '40', '--reads', '2']);
    const { readOnce } = quote as { readOnce: string };
    const out = join(devnet.folder, 'licence-back');
    expect(await codeOf(alice.holdfast(['get', 'LICENSE', '--out', out, '--max-egress', '0.0000001']))).to.equal('EGRESS_ABOVE_LIMIT');
    expect(await succeed(alice, ['get', 'LICENSE', '--out', out])).to.have.property('egress', readOnce);
    expect(await bob.person.holdfast(['provider', 'status'])).to.have.nested.property('daemon.egress.promised', readOnce);
    const { deals } = (await succeed(alice, ['deals'])) as unknown as { deals: { id: string }[] };
    expect(deals[0]).to.have.property('redeemed', '0');
    await succeed(alice, ['deals', 'cancel', ...deals.map(({ id }) => id)]);
    await succeed(bob.person, ['provider', 'ask', '--egress-price', '0']);
  });

  it('has settings made for it, draws from the faucet, reads the history, and completes its commands', async () => {
    const erin = await createPerson(devnet.folder, 'erin', devnet.network);
    const { rpc, book } = devnet.network;
    const made = await succeed(erin, ['init', '--network', 'localhost', '--rpc', rpc, '--book', book, '--role', 'renter', '--yes']);
    expect(made).to.include({ network: 'localhost', role: 'renter' });
    const { token } = await alice.holdfast(['wallet', 'balance']);
    await succeed(alice, ['wallet', 'drip']);
    expect(await alice.holdfast(['wallet', 'balance'])).to.have.property('token', (BigInt(String(token)) + 1000n * 10n ** 18n).toString());
    const { records } = (await succeed(alice, ['ledger'])) as unknown as { records: { events: { name: string }[] }[] };
    expect(records.flatMap(({ events }) => events.map(({ name }) => name))).to.include.members(['DealOpened', 'DealForfeited']);
    expect(await succeed(alice, ['completion', 'bash'])).to.have.property('script');
  });

  it('takes a key that somebody has already', async () => {
    const carol = await createPerson(devnet.folder, 'carol', devnet.network);
    const { privateKey, address } = Wallet.createRandom();
    const file = join(devnet.folder, 'carol.key');
    await writeFile(file, privateKey, { mode: 0o600 });
    expect(await succeed(carol, ['wallet', 'import', file])).to.have.property('address', address.toLowerCase());
  });

  it('gives a file another name, and deletes it with all that was put under it', async () => {
    const renamed = await succeed(alice, ['mv', 'LICENSE', 'papers/']);
    expect(renamed).to.have.property('renamed').that.is.an('array').that.is.not.empty;
    expect(await codeOf(alice.holdfast(['rm', '--yes', 'papers']))).to.equal('FOLDER_NAMED');
    expect(await succeed(alice, ['rm', '--yes', 'papers/LICENSE'])).to.have.property('performed', true);
    expect(await codeOf(alice.holdfast(['get', 'papers/LICENSE']))).to.equal('OBJECT_MISSING');
  });

  it('reads the list of what is stored from the deals, and finds nothing in it that is not known', async () => {
    expect(await codeOf(alice.holdfast(['recover']))).to.equal('RECOVERY_REFUSED');
    expect(await succeed(alice, ['recover', '--merge'])).to.deep.include({ missing: [], objects: 0 });
  });

  it('gives keys out, for a program and for paper, changes their password, and holds one unlocked for a while', async () => {
    const { address } = await succeed(alice, ['wallet', 'address']);
    const checks = join(alice.home, 'checks');
    const check = join(checks, (await readdir(checks))[0] ?? '');
    const kept = await readFile(check, 'utf8');
    // As if the wallet had signed otherwise then.
    await writeFile(check, kept.replace(/"check":"[0-9a-f]{16}"/, '"check":"0123456789abcdef"'));
    expect(await codeOf(alice.holdfast(['put', 'LICENSE', '--k', '1', '--n', '1']))).to.equal('MASTER_KEY_DIFFERS');
    await writeFile(check, kept);
    expect(await succeed(alice, ['wallet', 'export'])).to.have.nested.property('keystore.version', 3);
    expect(await succeed(alice, ['wallet', 'backup'])).to.include({ address });
    expect(await succeed(alice, ['unlock'])).to.include({ address });
    expect(await succeed(alice, ['lock'])).to.deep.equal({ locked: true, address, unanswered: false });
    const file = `${alice.home}.password`;
    expect(await succeed(alice, ['wallet', 'password', '--new-password-file', file]))
      .to.have.property('changed')
      .that.includes('wallet.json');
  });

  it('refuses a second daemon on the same folder, with the pid of the first', async () => {
    const failure: unknown = await bob.person.holdfast(['provider', 'run']).catch((error: unknown) => error);
    expect(failure).to.be.instanceOf(CommandFailed);
    expect((failure as CommandFailed).message).to.include(String(bob.daemon.pid));
    expect(await codeOf(bob.person.holdfast(['provider', 'check']))).to.equal('STORE_LOCKED');
  });

  it('ends in good order on SIGTERM, within ten seconds, and leaves no token behind', async () => {
    const ended = await bob.daemon.stop(10_000);
    expect(ended).to.deep.equal({ code: 0, signal: null });
    await readFile(join(bob.person.home, 'daemon.json')).then(
      () => expect.fail('the file of the daemon is still there'),
      (error: NodeJS.ErrnoException) => expect(error.code).to.equal('ENOENT'),
    );
    expect(await succeed(bob.person, ['provider', 'status'])).to.have.property('daemon', null);
  });

  it('compares journal, sectors and chain of a provider that is stopped, and finds that nothing is missing', async () => {
    expect(await succeed(bob.person, ['provider', 'check'])).to.deep.include({ ok: true, faults: [], repaired: {} });
    expect(await codeOf(bob.person.holdfast(['provider', 'check', '--listing', listing]))).to.equal('none');
  });

  it('has seen every command succeed, and print JSON', () => {
    const missing = commandTable.map(({ path }) => path.join(' ')).filter((words) => !succeeded.has(words) && !ELSEWHERE.includes(words));
    expect(missing).to.deep.equal([]);
  });
});
