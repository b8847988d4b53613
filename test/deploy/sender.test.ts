import { expect } from 'chai';
import { Transaction, Wallet } from 'ethers';
import { createSender } from '../../scripts/deploy/deployer-account.js';
import type { SentTransaction } from '../../scripts/deploy/existing/deployment-folder.js';
import type { Ask, DeployTransaction } from '../../scripts/deploy/ignition/ignition-provider.js';

describe("the deployer's signature", () => {
  const wallet = Wallet.createRandom();
  const kept: SentTransaction[] = [];
  const raw: string[] = [];
  const mined = new Set<string>();
  const ask: Ask = async (method, [first]) => {
    if (method === 'eth_getTransactionReceipt') return mined.has(String(first)) ? { status: '0x1' } : null;
    if (method !== 'eth_sendRawTransaction') throw new Error(method);
    expect(kept.map((each) => each.raw)).to.include(first);
    raw.push(String(first));
    return Transaction.from(String(first)).hash;
  };
  const send = createSender({
    wallet: new Wallet(wallet.privateKey),
    chainId: 777n,
    ask,
    keep: async (transaction) => void kept.push(transaction),
    kept: async () => kept,
    onSent: () => undefined,
  });
  const deploying = (nonce: number, fees: DeployTransaction['fees']): DeployTransaction => ({
    nonce,
    data: '0x00',
    gasLimit: 60_000n,
    fees,
  });

  it('is for EIP-1559 where blocks have a base fee, and as before where they have none; it is kept before it is sent', async () => {
    await send(deploying(0, { maxFeePerGas: 5n, maxPriorityFeePerGas: 1n }));
    await send(deploying(1, { gasPrice: 7n }));
    const [first, second] = raw.map((each) => Transaction.from(each));
    expect(first).to.include({ type: 2, maxFeePerGas: 5n, maxPriorityFeePerGas: 1n, chainId: 777n, nonce: 0, from: wallet.address });
    expect(second).to.include({ type: 0, gasPrice: 7n, chainId: 777n, nonce: 1, from: wallet.address });
  });

  it('is not given again for a nonce whose transaction was mined after all', async () => {
    const [earlier] = kept;
    mined.add(earlier?.hash ?? '');
    expect(await send(deploying(0, { gasPrice: 9n }))).to.equal(earlier?.hash);
    expect(raw).to.have.length(2);
  });
});
