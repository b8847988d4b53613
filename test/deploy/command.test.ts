import { expect } from 'chai';
import { toQuantity, Transaction } from 'ethers';
import { appendFile, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { bookText, readBook } from '../../node/app/book/book.js';
import { connectMarket } from '../../node/chain/market/contracts.js';
import { openRpc } from '../../node/chain/rpc/rpc.js';
import type { DeployReport } from '../../scripts/deploy/run-deploy.js';
import { startAnvil, type TestChain } from '../support/rpc/anvil.js';
import { startChild } from '../support/child-process.js';
import { rejection } from '../support/coded-rejection.js';
import { startRpcProxy, type RpcProxy } from '../../scripts/lab/staging/rpc-proxy.js';
import { createDeployer, type Deployer } from './deployer.js';

const ANVIL = ['--chain-id', '777', '--block-time', '0.5', '--accounts', '1'];
const SEND = 'eth_sendRawTransaction';
const CONTRACTS = 7;

const countOf = async (chain: TestChain, account: string): Promise<number> =>
  Number(await chain.rpc('eth_getTransactionCount', account, 'pending'));

/** Makes the proxy lose the `number`th transaction: before the chain gets it (`drop`) or after (`cut`); then it is gone for good. */
const loseTransaction = (proxy: RpcProxy, number: number, how: 'drop' | 'cut'): void => {
  let seen = 0;
  proxy.answer = ({ method }) => {
    if (method !== SEND || ++seen < number) return seen >= number ? 'drop' : undefined;
    return how;
  };
};

/** Calls `then` once the chain is asked for the code of the body of verbs after that was sent: between the two stages. */
const onceBodyIsAsked = (proxy: RpcProxy, body: string | undefined, then: () => ReturnType<RpcProxy['answer']>): void => {
  let seen = 0;
  proxy.answer = ({ method, params }) => {
    if (method === SEND) seen++;
    return seen >= CONTRACTS - 1 && method === 'eth_getCode' && params[0] === body ? then() : undefined;
  };
};

describe('a deployment on a chain that makes blocks of its own', () => {
  let chain: TestChain;
  let proxy: RpcProxy;
  before(async () => {
    chain = await startAnvil(ANVIL);
  });
  after(async () => chain.stop());
  beforeEach(async () => {
    proxy = await startRpcProxy(chain.url);
  });
  afterEach(async () => proxy.stop());

  const expectSound = async ({ book }: DeployReport): Promise<void> => {
    if (book === undefined) throw new Error('no book');
    const rpc = await openRpc({ rpcUrl: chain.url });
    await connectMarket(rpc, book.content);
    rpc.close();
    expect(await readBook(book.path)).to.deep.equal(book.content);
  };

  describe('when nothing goes wrong', () => {
    let deployer: Deployer;
    let planned: DeployReport;
    let deployed: DeployReport;
    before(async () => {
      deployer = await createDeployer(chain.url);
    });
    after(async () => deployer[Symbol.asyncDispose]());

    it('tells costs and addresses in a dry run, and sends nothing', async () => {
      planned = await deployer.deploy(proxy.url, '--dry-run');
      expect(planned.status).to.equal('planned');
      expect(proxy.methods).not.to.include(SEND);
      expect(await countOf(chain, deployer.account)).to.equal(0);
      expect(planned.cost?.balance).to.equal(10n ** 18n);
    });

    it('puts every contract where the dry run said, for about the gas it said', async () => {
      deployed = await deployer.deploy(proxy.url);
      expect(deployed.status).to.equal('deployed');
      expect(deployed.book?.content).to.deep.include({ ...planned.plan?.addresses, parameters: planned.preparation.terms.parameters });
      await expectSound(deployed);
      expect(await countOf(chain, deployer.account)).to.equal(CONTRACTS);
      const spent = 10n ** 18n - BigInt(await chain.rpc<string>('eth_getBalance', deployer.account, 'latest'));
      expect(spent <= (planned.cost?.most ?? 0n), `${spent} wei spent`).to.equal(true);
    });

    it('changes nothing when it is run again, and sends no transaction', async () => {
      const before = await readFile(deployer.out, 'utf8');
      const again = await deployer.deploy(proxy.url);
      expect(again.status).to.equal('unchanged');
      expect(await readFile(deployer.out, 'utf8')).to.equal(before);
      expect(proxy.methods).not.to.include(SEND);
    });

    it('writes the same book again when it was lost', async () => {
      const before = await readFile(deployer.out, 'utf8');
      await rm(deployer.out);
      expect((await deployer.deploy(proxy.url)).status).to.equal('unchanged');
      expect(await readFile(deployer.out, 'utf8')).to.equal(before);
    });

    it('believes the book of somebody else who deployed the same', async () => {
      await using other = await createDeployer(chain.url, 0n);
      expect((await other.deploy(chain.url, '--out', deployer.out)).status).to.equal('unchanged');
    });

    it('does not take a contract for its own whose code was changed', async () => {
      const { vault } = deployed.book?.content ?? { vault: '' };
      const code = await chain.rpc<string>('eth_getCode', vault, 'latest');
      await chain.rpc('anvil_setCode', vault, '0x00');
      const error = await rejection(deployer.deploy(proxy.url), 'DEPLOYMENT_MISMATCH');
      expect(error.data.what).to.equal('code of the vault');
      await chain.rpc('anvil_setCode', vault, code);
    });

    it('refuses to take it for a deployment with another token', async () => {
      const { registry, token } = deployed.book?.content ?? { registry: '', token: '' };
      await rejection(deployer.deploy(proxy.url, '--token', registry), 'TOKEN_UNSUITABLE');
      expect((await deployer.deploy(proxy.url, '--token', token)).status).to.equal('unchanged');
    });

    it('deploys beside it when asked to begin again, with the token that is there', async () => {
      const { token, market } = deployed.book?.content ?? { token: '', market: '' };
      const next = await deployer.deploy(proxy.url, '--restart', '--token', token);
      expect(next.status).to.equal('deployed');
      expect(next.book?.content.token).to.equal(token);
      expect(next.book?.content.market).not.to.equal(market);
      await expectSound(next);
      expect(await countOf(chain, deployer.account)).to.equal(2 * CONTRACTS - 1);
    });
  });

  for (const [number, how] of [
    [1, 'cut'],
    [3, 'drop'],
    [CONTRACTS, 'cut'],
    [CONTRACTS, 'drop'],
  ] as const) {
    it(`goes on after the RPC went away with transaction ${number} (${how})`, async () => {
      await using deployer = await createDeployer(chain.url);
      const { plan } = await deployer.deploy(chain.url, '--dry-run');
      loseTransaction(proxy, number, how);
      await rejection(deployer.deploy(proxy.url), 'RPC_UNREACHABLE');
      const resumed = await deployer.deploy(chain.url);
      expect(resumed.status).to.equal('deployed');
      expect(resumed.book?.content).to.deep.include(plan?.addresses);
      await expectSound(resumed);
      expect(await countOf(chain, deployer.account)).to.equal(CONTRACTS);
    });
  }

  for (const [number, where] of [
    [3, 'among the contracts that the market asks for'],
    [CONTRACTS, 'before the market, whose body is mined'],
  ] as const) {
    it(`goes on where a killed process was, ${where}, and a third run finds nothing to do`, async () => {
      await using deployer = await createDeployer(chain.url);
      const { promise: sent, resolve } = Promise.withResolvers<void>();
      let seen = 0;
      proxy.answer = ({ method }) => {
        if (method !== SEND || ++seen < number) return undefined;
        resolve();
        return { error: { code: -32_000, message: 'held back' } };
      };
      const script = ['--conditions=holdfast-source', '--import', 'tsx', join(import.meta.dirname, '../../scripts/deploy.ts')];
      const words = deployer.args(proxy.url, '--password-file', deployer.passwordFile);
      const child = await startChild(process.execPath, [...script, ...words]);
      await sent;
      await child.stop();
      expect(await countOf(chain, deployer.account)).to.equal(number - 1);
      proxy.answer = () => undefined;
      const resumed = await deployer.deploy(proxy.url);
      await expectSound(resumed);
      expect(await countOf(chain, deployer.account)).to.equal(CONTRACTS);
      expect((await deployer.deploy(proxy.url)).status).to.equal('unchanged');
    });
  }

  it('goes on after the RPC went away when it was asked for the code of the body, and nothing of the market was signed', async () => {
    await using deployer = await createDeployer(chain.url);
    const { plan } = await deployer.deploy(chain.url, '--dry-run');
    onceBodyIsAsked(proxy, plan?.addresses.verbBody, () => 'drop');
    await rejection(deployer.deploy(proxy.url), 'RPC_UNREACHABLE');
    expect(await countOf(chain, deployer.account)).to.equal(CONTRACTS - 1);
    const resumed = await deployer.deploy(chain.url);
    expect(resumed.book?.content).to.deep.include(plan?.addresses);
    await expectSound(resumed);
    expect(await countOf(chain, deployer.account)).to.equal(CONTRACTS);
    expect((await deployer.deploy(chain.url)).status).to.equal('unchanged');
  });

  it('goes on when the last line of the journal was not written to its end', async () => {
    await using deployer = await createDeployer(chain.url);
    loseTransaction(proxy, 2, 'cut');
    await rejection(deployer.deploy(proxy.url), 'RPC_UNREACHABLE');
    const { genesis } = await readGenesisOf(chain);
    const journal = join(deployer.home, 'deployments', `777-${genesis.slice(2, 18)}`, 'ignition', 'journal.jsonl');
    await appendFile(journal, '\n{"type":"TRANSACTION_SE');
    await expectSound(await deployer.deploy(chain.url));
  });

  it('stops by name when something else used the account, and begins again only when told', async () => {
    await using deployer = await createDeployer(chain.url);
    loseTransaction(proxy, 2, 'drop');
    await rejection(deployer.deploy(proxy.url), 'RPC_UNREACHABLE');
    await deployer.meddle();
    const used = await countOf(chain, deployer.account);
    const error = await rejection(deployer.deploy(chain.url), 'DEPLOYMENT_NONCE_DRIFTED');
    expect(error.data).to.deep.include({ contract: 'view', expected: 1 });
    expect(await countOf(chain, deployer.account)).to.equal(used);
    await expectSound(await deployer.deploy(chain.url, '--restart'));
    expect(await countOf(chain, deployer.account)).to.equal(used + CONTRACTS);
  });

  it('stops by name when something else uses the account while it runs, before the market is bound', async () => {
    await using deployer = await createDeployer(chain.url);
    let meddled: Promise<void> | undefined;
    let seen = 0;
    proxy.answer = ({ method }) => {
      if (method === SEND) seen++;
      if (seen === CONTRACTS - 1) meddled ??= deployer.meddle();
      return undefined;
    };
    await rejection(deployer.deploy(proxy.url), 'DEPLOYMENT_NONCE_DRIFTED');
    await meddled;
    const { data } = await rejection(deployer.deploy(chain.url), 'DEPLOYMENT_NONCE_DRIFTED');
    expect(data).to.deep.include({ contract: 'market', expected: CONTRACTS - 1 });
    expect(await countOf(chain, deployer.account)).to.equal(CONTRACTS);
  });

  it('refuses a second deployment while the first one runs, with its process id', async () => {
    await using deployer = await createDeployer(chain.url);
    const { promise: begun, resolve } = Promise.withResolvers<void>();
    proxy.answer = ({ method }) => {
      if (method === SEND) resolve();
      return undefined;
    };
    const first = deployer.deploy(proxy.url);
    await Promise.race([begun, first]);
    const error = await rejection(deployer.deploy(chain.url), 'JOURNAL_IN_USE');
    expect(error.data.pid).to.equal(process.pid);
    await expectSound(await first);
  });
});

const readGenesisOf = async (chain: TestChain): Promise<{ genesis: string }> => ({
  genesis: (await chain.rpc<{ hash: string }>('eth_getBlockByNumber', '0x0', false)).hash,
});

describe('a chain that becomes dear while transactions wait', () => {
  let chain: TestChain;
  let proxy: RpcProxy;
  let deployer: Deployer;
  let sent: number;
  /** Once all but the market's transactions wait, no block holding them, a unit of gas costs 50 gwei, and blocks come again. */
  beforeEach(async () => {
    chain = await startAnvil(ANVIL);
    proxy = await startRpcProxy(chain.url);
    deployer = await createDeployer(chain.url, 10n ** 20n);
    await chain.rpc('evm_setIntervalMining', 0);
    sent = 0;
    let dear: Promise<unknown> | undefined;
    proxy.answer = ({ method }) => {
      if (method === SEND) sent++;
      else if (sent === CONTRACTS - 1)
        dear ??= chain
          .rpc('anvil_setNextBlockBaseFeePerGas', `0x${(50n * 10n ** 9n).toString(16)}`)
          .then(() => chain.rpc('evm_setIntervalMining', 1));
      return undefined;
    };
  });
  afterEach(async () => {
    await deployer[Symbol.asyncDispose]();
    await proxy.stop();
    await chain.stop();
  });

  it('gets those again for more that its node forgot, and the contracts keep their addresses', async () => {
    const { plan } = await deployer.deploy(chain.url, '--dry-run');
    const { book } = await deployer.deploy(proxy.url);
    expect(book?.content).to.deep.include(plan?.addresses);
    expect(sent).to.equal(2 * CONTRACTS - 1);
    expect(await countOf(chain, deployer.account)).to.equal(CONTRACTS);
  });

  it('is left alone once it is dearer than allowed, and served when it is cheap again', async () => {
    const error = await rejection(deployer.deploy(proxy.url, '--max-fee', '20'), 'FEE_TOO_HIGH');
    expect(error.data.max).to.equal(20n * 10n ** 9n);
    expect(sent).to.equal(CONTRACTS - 1);
    await chain.rpc('anvil_setNextBlockBaseFeePerGas', '0x3b9aca00');
    await chain.rpc('anvil_mine', '0x2');
    expect((await deployer.deploy(chain.url, '--max-fee', '20')).status).to.equal('deployed');
    expect(await countOf(chain, deployer.account)).to.equal(CONTRACTS);
  });

  describe('between the body of verbs and the market', () => {
    /** A unit of gas costs 50 gwei before the body's code is told; until then the node that is asked has not seen it. */
    const becomeDear = async (): Promise<string | undefined> => {
      await chain.rpc('evm_setIntervalMining', 1);
      const { plan } = await deployer.deploy(chain.url, '--dry-run');
      let dear: Promise<unknown> | undefined;
      let isDear = false;
      onceBodyIsAsked(proxy, plan?.addresses.verbBody, () => {
        dear ??= chain
          .rpc('anvil_setNextBlockBaseFeePerGas', `0x${(50n * 10n ** 9n).toString(16)}`)
          .then(() => chain.rpc('anvil_mine', '0x1'))
          .then(() => void (isDear = true));
        return isDear ? undefined : { result: '0x' };
      });
      return plan?.addresses.market;
    };

    it('is asked for its price again', async () => {
      const market = await becomeDear();
      const { status, book } = await deployer.deploy(proxy.url);
      expect(status).to.equal('deployed');
      expect(book?.content.market).to.equal(market);
      expect(await countOf(chain, deployer.account)).to.equal(CONTRACTS);
    });

    it('is left alone when it is dearer than allowed, and served when it is cheap again', async () => {
      const market = await becomeDear();
      const error = await rejection(deployer.deploy(proxy.url, '--max-fee', '2'), 'FEE_TOO_HIGH');
      expect(error.data.max).to.equal(2n * 10n ** 9n);
      expect(await countOf(chain, deployer.account)).to.equal(CONTRACTS - 1);
      await chain.rpc('anvil_setNextBlockBaseFeePerGas', '0x1dcd6500');
      await chain.rpc('anvil_mine', '0x1');
      expect((await deployer.deploy(chain.url, '--max-fee', '2')).book?.content.market).to.equal(market);
      expect(await countOf(chain, deployer.account)).to.equal(CONTRACTS);
    });
  });

  it('gets one again for a tenth more that waits too long', async () => {
    await chain.rpc('evm_setIntervalMining', 1);
    let waiting: Transaction | undefined;
    const fees: bigint[] = [];
    proxy.answer = ({ method, params }) => {
      if (method === SEND) {
        const transaction = Transaction.from(params[0] as string);
        if (transaction.nonce > 0) return undefined;
        fees.push(transaction.maxFeePerGas ?? 0n);
        if (waiting !== undefined) return undefined;
        waiting = transaction;
        return { result: transaction.hash };
      }
      if (method !== 'eth_getTransactionByHash' || waiting === undefined || params[0] !== waiting.hash) return undefined;
      if (fees.length > 1) return { result: null };
      const { hash, nonce, data: input, maxFeePerGas, maxPriorityFeePerGas } = waiting;
      const pending = { hash, nonce: toQuantity(nonce), input, blockHash: null, blockNumber: null };
      return {
        result: { ...pending, maxFeePerGas: toQuantity(maxFeePerGas ?? 0n), maxPriorityFeePerGas: toQuantity(maxPriorityFeePerGas ?? 0n) },
      };
    };
    const { status } = await deployer.deploy(proxy.url, '--bump-after', '1');
    expect(status).to.equal('deployed');
    expect(fees).to.have.length(2);
    expect(Number(fees[1]) / Number(fees[0])).to.be.at.least(1.1);
    expect(await countOf(chain, deployer.account)).to.equal(CONTRACTS);
  });
});

describe('a chain that was wiped', () => {
  it('is met with new contracts, whether or not it begins with the same block', async () => {
    const first = await startAnvil([...ANVIL, '--timestamp', '1700000000']);
    await using deployer = await createDeployer(first.url);
    const before = (await deployer.deploy(first.url)).book;
    await first.stop();
    for (const timestamp of ['1700000000', '1700000001']) {
      const next = await startAnvil([...ANVIL, '--timestamp', timestamp]);
      await next.rpc('anvil_setBalance', deployer.account, `0x${(10n ** 18n).toString(16)}`);
      // Two chains with one beginning and one pace can become the same chain: this one lives at other times.
      await next.rpc('anvil_mine', '0x3', '0x64');
      const { status, book } = await deployer.deploy(next.url);
      expect(status, timestamp).to.equal('deployed');
      expect(bookText(await readBook(deployer.out))).not.to.equal(before && bookText(before.content));
      expect(book?.content.genesis === before?.content.genesis, timestamp).to.equal(timestamp === '1700000000');
      await next.stop();
    }
  });
});
