import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { Contract, Wallet, parseEther } from 'ethers';
import { readBook } from '../../node/app/book/book.js';
import { deployDevnet } from '../../scripts/demo/devnet/deploy-devnet.js';
import { openPurse } from '../../scripts/demo/devnet/purse.js';
import { startChain, type RunningChain } from '../../scripts/demo/devnet/start-chain.js';

interface Answer {
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string };
}

describe("the devnet's chain", () => {
  const owner = Wallet.createRandom();
  let folder: string;
  let chain: RunningChain;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'holdfast-chain-'));
    chain = await startChain(folder, owner.address);
  });
  after(async () => {
    await chain.process.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const ask = async (body: unknown): Promise<Answer> => {
    const response = await fetch(chain.rpc, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) });
    return (await response.json()) as Answer;
  };
  const call = (method: string, ...params: readonly unknown[]): Promise<Answer> => ask({ jsonrpc: '2.0', id: 1, method, params });

  it('listens on 127.0.0.1 only', () => {
    expect(new URL(chain.rpc).hostname).to.equal('127.0.0.1');
  });

  for (const method of [
    'eth_accounts',
    'eth_sendTransaction',
    'eth_sign',
    'eth_signTypedData_v4',
    'personal_sign',
    'evm_mine',
    'hardhat_setBalance',
    'anvil_reorg',
  ]) {
    it(`refuses ${method}`, async () => {
      expect((await call(method)).error).to.deep.include({ code: -32_004 });
    });
  }

  it('refuses a batch that hides a refused method', async () => {
    const { error } = await ask([
      { jsonrpc: '2.0', id: 1, method: 'eth_blockNumber', params: [] },
      { jsonrpc: '2.0', id: 2, method: 'evm_mine', params: [] },
    ]);
    expect(error?.message).to.contain('evm_mine');
  });

  it('answers what is no request, or too long a one, with an error', async () => {
    expect((await ask('{')).error).to.deep.include({ code: -32_600 });
    expect((await ask(`{"method":"eth_call","params":["${'0'.repeat(3 << 20)}"]}`)).error).to.deep.include({ code: -32_600 });
  });

  it('makes blocks without transactions', async () => {
    const first = Number((await call('eth_blockNumber')).result);
    while (Number((await call('eth_blockNumber')).result) < first + 2);
  });

  it('carries a deployed market, its book, and money for whoever is funded', async () => {
    await using purse = openPurse(chain.rpc, chain.chainId, owner);
    const { book, path } = await deployDevnet(folder, chain.rpc, owner);
    expect(await readBook(path)).to.deep.equal(book);
    const alice = Wallet.createRandom().address;
    await purse.fund(book.token, [alice], '2', '30');
    expect(await purse.provider.getBalance(alice)).to.equal(parseEther('2'));
    const token = new Contract(book.token, ['function balanceOf(address) view returns (uint256)'], purse.wallet);
    expect(await token.getFunction('balanceOf')(alice)).to.equal(parseEther('30'));
  });

  it('runs beside another one', async () => {
    const other = await startChain(folder, owner.address);
    expect(other.rpc).not.to.equal(chain.rpc);
    await other.process.stop();
  });
});
