import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { openLedger } from '../../node/app/ledger/session.js';
import type { LedgerNews } from '../../node/chain/ledger/feed.js';
import { startAnvil, type TestChain } from '../support/rpc/anvil.js';
import { startChild } from '../support/child-process.js';
import { commandInProcess, type Finished } from '../support/command-line.js';
import { startRpcProxy, type RpcProxy } from '../../scripts/lab/staging/rpc-proxy.js';
import { withDirectory } from '../support/temporary-directory.js';
import { bob, makeLivelyMarket, type LivelyMarket } from './lively-market.js';

type Json = Record<string, unknown>;

describe('the ledger', function () {
  this.timeout(120_000);
  let chain: TestChain;
  let second: RpcProxy;
  let lively: LivelyMarket;

  before(async () => {
    chain = await startAnvil();
    lively = await makeLivelyMarket(chain);
    second = await startRpcProxy(chain.url);
  });
  after(async () => {
    await second.stop();
    await lively.close();
    await chain.stop();
  });

  const argsIn = async (home: string, ...args: readonly string[]): Promise<readonly string[]> => {
    const settings = await lively.settingsIn(home, chain.url);
    return ['ledger', '--home', home, '--book', String(settings.book), ...args];
  };
  /** The command as a process of its own. */
  const ledger = async (home: string, ...args: readonly string[]): Promise<Finished> => {
    const words = ['dist/cli/main.js', ...(await argsIn(home, ...args))];
    return new Promise((resolve) => {
      const child = execFile(process.execPath, words, { maxBuffer: 16 << 20 }, (_error, stdout, stderr) =>
        resolve({ code: child.exitCode, stdout, stderr }),
      );
    });
  };
  const both = (): string => `${chain.url},${second.url}`;

  for (const verify of [false, true]) {
    it(`follows the chain through a reorganization and says what it undid, ${verify ? '' : 'not '}verified`, async () => {
      await withDirectory(async (home) => {
        const stop = new AbortController();
        const settings = await lively.settingsIn(home, chain.url, second.url);
        const opened = await openLedger({
          settings,
          verify,
          agreementMilliseconds: 5_000,
          signal: AbortSignal.any([stop.signal, AbortSignal.timeout(60_000)]),
        });
        const news = opened.news({ start: {}, follow: true })[Symbol.asyncIterator]();
        const until = async (kind: LedgerNews['kind']): Promise<LedgerNews> => {
          for (;;) {
            const next = await news.next();
            if (next.done === true) throw new Error(`it ended before "${kind}" came`);
            if (next.value.kind === kind) return next.value;
          }
        };
        await until('reached');
        await lively.stakeMore();
        const staked = await until('record');
        expect(staked.kind === 'record' && staked.record.events.map(({ name }) => name)).to.deep.equal(['Staked', 'Transfer']);

        await chain.rpc('anvil_reorg', 1, []);
        await chain.rpc('anvil_mine', '0x2');
        const undone = await until('undone');
        expect(undone).to.deep.equal({ ...staked, kind: 'undone' });
        await lively.stakeMore();
        const again = await until('record');
        expect(again.kind === 'record' && again.record.events[0]?.name).to.equal('Staked');

        stop.abort();
        const rest = await Array.fromAsync({ [Symbol.asyncIterator]: () => news });
        expect(rest.filter(({ kind }) => kind !== 'reached')).to.deep.equal([]);
      });
    });
  }

  it('as a process: tells people what happened, says that it is not verified, or that it is', async () => {
    await withDirectory(async (home) => {
      const told = await ledger(home, '--rpc', chain.url);
      expect(told, told.stderr).to.include({ code: 0, stderr: '' });
      expect(told.stdout).to.match(/block \d+ {2}\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ\n {2}previous 0x[0-9a-f]{64}\n/);
      expect(told.stdout).to.include(`provider ${bob.address} missed period 3 and was slashed`);
      expect(told.stdout).to.include('Add --verify');
      const verified = await ledger(home, '--verify', '--rpc', both());
      expect(verified, verified.stderr).to.include({ code: 0, stderr: '' });
      expect(verified.stdout).to.match(/Verified from block \d+ \(0x[0-9a-f]{64}, as .* both report/);
      expect(verified.stdout).to.match(/\d+ balances are what the events add up to/);
      const alone = await ledger(home, '--verify', '--rpc', chain.url);
      expect(alone.code).to.equal(1);
      expect(alone.stderr).to.match(/^LEDGER_HEAD_NEEDED: .*\n.*--head HASH/);
    });
  });

  it('as a process: one JSON object, rows of CSV, and only what was asked for', async () => {
    await withDirectory(async (home) => {
      const json = JSON.parse((await ledger(home, '--json', '--verify', '--rpc', both(), '--deal', lively.deal)).stdout) as {
        records: {
          block: number;
          previousHash: string;
          hash: string;
          timestamp: number;
          events: { name: string; words: string; args: Json }[];
        }[];
        verified: Json;
      };
      expect(json.records.length).to.be.greaterThan(4);
      for (const { events, hash, previousHash } of json.records) {
        expect([hash, previousHash].every((one) => /^0x[0-9a-f]{64}$/.test(one))).to.equal(true);
        for (const { args, words } of events) {
          expect(args['deal']).to.equal(lively.deal);
          expect(words).to.include(lively.deal);
        }
      }
      expect(json.verified).to.include({ headFrom: 'agreement', blocksCompared: 0, balancesRefused: 0 });

      const csv = (await ledger(home, '--csv', '--provider', bob.address, '--rpc', chain.url)).stdout.trimEnd().split('\n');
      expect(csv[0]).to.equal('status,block,previousHash,timestamp,hash,logIndex,transaction,event,words,args');
      expect(csv.some((row) => row.includes(',DealCancelled,'))).to.equal(true);
      expect(csv.some((row) => row.includes(',Defaulted,'))).to.equal(false);

      const last = json.records.at(-1);
      const since = JSON.parse(
        (await ledger(home, '--json', '--since', String(last?.block), '--deal', lively.deal, '--rpc', chain.url)).stdout,
      ) as {
        records: Json[];
      };
      expect(since.records).to.deep.equal([last]);
      const time = new Date((last?.timestamp ?? 0) * 1000).toISOString();
      const dated = JSON.parse((await ledger(home, '--json', '--since', time, '--deal', lively.deal, '--rpc', chain.url)).stdout) as {
        records: Json[];
      };
      // Blocks that come at once share a second.
      expect(dated.records).to.deep.equal(json.records.filter(({ timestamp }) => timestamp >= (last?.timestamp ?? 0)));
    });
  });

  it('as a process: follows as lines of JSON, and ends in good order when it is told to', async () => {
    await withDirectory(async (home) => {
      const words = await argsIn(home, '--follow', '--json', '--verify', '--rpc', both());
      const child = await startChild(process.execPath, ['dist/cli/main.js', ...words]);
      try {
        await child.printed(/^\{"kind":"verified".*\}$/m, 30_000);
        await lively.stakeMore();
        const lines = (): string[] =>
          child
            .output()
            .split('\n')
            .filter((line) => line.startsWith('{'));
        const block = Number(await chain.rpc<string>('eth_blockNumber'));
        await child.printed(new RegExp(`"kind":"record","block":${block},`), 30_000);
        await child.printed(/"kind":"record".*\}\n/, 30_000);
        expect(lines().map((line) => (JSON.parse(line) as { kind: string }).kind)).to.include.members(['record', 'verified']);
        process.kill(child.pid, 'SIGINT');
        await child.ended;
        for (const line of lines()) JSON.parse(line);
        expect(child.output()).not.to.include('ABORTED');
      } finally {
        await child.stop();
      }
    });
  });

  for (const [args, option] of [
    [['--head', `0x${'11'.repeat(32)}`], '--head'],
    [['--since', 'yesterday'], '--since'],
    [['--deal', '0x1'], '--deal'],
    [['--provider', 'bob'], '--provider'],
    [['--csv', '--json'], '--csv'],
    [['--verify', '--follow', '--head', `0x${'11'.repeat(32)}`], '--head'],
  ] as const) {
    it(`refuses ${args.map((arg) => arg.slice(0, 12)).join(' ')}`, async () => {
      const { code, stdout, stderr } = await withDirectory(async (home) => commandInProcess(...(await argsIn(home, ...args))));
      expect(code).to.equal(1);
      expect(stdout + stderr)
        .to.include('BAD_OPTION')
        .and.to.include(option);
    });
  }
});
