import { createMPT } from '@ethereumjs/mpt';
import { expect } from 'chai';
import { encodeRlp as ethersRlp, hexlify, keccak256, JsonRpcProvider, Wallet } from 'ethers';
import fc from 'fast-check';
import { fromHex, toHex } from '../../node/core/data/bytes.js';
import { bloomOf, bloomQuestion } from '../../node/core/ledger/bloom.js';
import { computedHeader, reportedHeader, type BlockAnswer } from '../../node/core/ledger/header.js';
import { orderedTrieRoot } from '../../node/core/ledger/ordered-root.js';
import { receiptsRoot } from '../../node/core/ledger/receipt.js';
import { encodeRlp, integerBytes, type RlpItem } from '../../node/core/ledger/rlp.js';
import { receiptFrom } from '../../node/chain/ledger/receipt-answers.js';
import { blockWith, startAnvil, testKeys, type TestChain } from '../support/rpc/anvil.js';
import { startHardhatChain } from '../support/rpc/hardhat-chain.js';

const bytes = fc.uint8Array({ maxLength: 80 });
const { item } = fc.letrec<{ item: RlpItem }>((tie) => ({
  item: fc.oneof({ depthSize: 'small' }, bytes, fc.array(tie('item'), { maxLength: 6 })),
}));
type Hexes = string | Hexes[];
const hexes = (one: RlpItem): Hexes => (one instanceof Uint8Array ? hexlify(one) : one.map(hexes));

const blockOf = async (chain: TestChain, block: string | number): Promise<BlockAnswer> =>
  chain.rpc<BlockAnswer>('eth_getBlockByNumber', typeof block === 'string' ? block : `0x${block.toString(16)}`, false);

const rootOfBlock = async (chain: TestChain, block: BlockAnswer): Promise<string> => {
  const transactions = block['transactions'] as string[];
  const answers = await Promise.all(transactions.map((hash) => chain.rpc('eth_getTransactionReceipt', hash)));
  return receiptsRoot(answers.map((answer) => receiptFrom(answer).content));
};

describe('RLP', () => {
  it('is what ethers encodes, for any nesting', () => {
    fc.assert(fc.property(item, (one) => void expect(toHex(encodeRlp(one))).to.equal(ethersRlp(hexes(one)))));
  });

  it('writes integers without leading zeros, zero as nothing, and lengths from 56 on in bytes of their own', () => {
    expect([0, 1, 255, 256].map((value) => toHex(integerBytes(value)))).to.deep.equal(['0x', '0x01', '0xff', '0x0100']);
    expect(toHex(encodeRlp(new Uint8Array(55)).subarray(0, 1))).to.equal('0xb7');
    expect(toHex(encodeRlp(new Uint8Array(56)).subarray(0, 2))).to.equal('0xb838');
    expect(toHex(encodeRlp(new Uint8Array(1024)).subarray(0, 3))).to.equal('0xb90400');
  });
});

describe('the root of an ordered list', () => {
  const referenceRoot = async (values: readonly Uint8Array[]): Promise<string> => {
    const trie = await createMPT();
    for (const [index, value] of values.entries()) await trie.put(encodeRlp(integerBytes(index)), value);
    return toHex(trie.root());
  };

  for (const count of [0, 1, 2, 15, 16, 17, 127, 128, 129, 255, 256, 257, 300]) {
    it(`agrees with another implementation for ${count} values, short ones and long ones`, async () => {
      const long = Array.from({ length: count }, (_, i) => fromHex(`0x${(i + 1).toString(16).padStart(4, '0').repeat(20)}`));
      const short = Array.from({ length: count }, (_, i) => Uint8Array.of(1 + (i % 255)));
      for (const values of [long, short]) expect(orderedTrieRoot(values)).to.equal(await referenceRoot(values));
    });
  }

  it('of nothing is the hash of the empty trie, as headers without transactions have it', () => {
    expect(orderedTrieRoot([])).to.equal('0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421');
  });

  it('is another one when two values change places', () => {
    const [a, b] = [fromHex(`0x${'aa'.repeat(40)}`), fromHex(`0x${'bb'.repeat(40)}`)];
    expect(orderedTrieRoot([a, b])).not.to.equal(orderedTrieRoot([b, a]));
  });
});

describe('a bloom filter', () => {
  const log = { address: `0x${'11'.repeat(20)}`, topics: [`0x${'22'.repeat(32)}`, `0x${'33'.repeat(32)}`], data: '0x' };

  it('says yes to everything in it, and no to most other things', () => {
    const bloom = bloomOf([log]);
    expect(bloomQuestion([log.address])(bloom)).to.equal(true);
    expect(bloomQuestion([log.address, ...log.topics])(bloom)).to.equal(true);
    expect(bloomQuestion([log.address, `0x${'44'.repeat(32)}`])(bloom)).to.equal(false);
    expect(bloomQuestion([log.address])(bloomOf([]))).to.equal(false);
  });
});

for (const fork of ['istanbul', 'london', 'shanghai', 'cancun', 'prague', 'osaka']) {
  it(`a header of ${fork} has the hash that its fields say, on anvil`, async () => {
    const chain = await startAnvil(['--hardfork', fork]);
    try {
      await chain.rpc('anvil_mine', '0x3');
      for (const number of [0, 1, 3]) {
        const block = await blockOf(chain, number);
        expect(computedHeader(block).hash).to.equal(block['hash']);
        expect(computedHeader(block).unknownFields).to.deep.equal([]);
      }
    } finally {
      await chain.stop();
    }
  });
}

it('a header with a field of a fork yet to come is proven when its hash fits with the field appended, and the field is named', async () => {
  const chain = await startAnvil();
  try {
    const block = await blockOf(chain, 0);
    const names = ['parentHash', 'sha3Uncles', 'miner', 'stateRoot', 'transactionsRoot', 'receiptsRoot', 'logsBloom'];
    const later = ['mixHash', 'nonce', 'baseFeePerGas', 'withdrawalsRoot', 'blobGasUsed', 'excessBlobGas'];
    const text = (name: string): string => String(block[name]);
    const integer = (name: string): string => hexlify(integerBytes(BigInt(text(name))));
    const fields = [
      ...names.map(text),
      ...['difficulty', 'number', 'gasLimit', 'gasUsed', 'timestamp'].map(integer),
      text('extraData'),
      ...later.map((name) => (text(name).length < 18 ? integer(name) : text(name))),
      text('parentBeaconBlockRoot'),
      text('requestsHash'),
    ];
    const added = `0x${'77'.repeat(32)}`;
    expect(keccak256(ethersRlp(fields))).to.equal(block['hash']);
    const future = { ...block, accessListHash: added, slot: '0x5', hash: keccak256(ethersRlp([...fields, added, '0x05'])) };
    expect(computedHeader(future)).to.deep.include({ hash: future.hash, unknownFields: ['accessListHash', 'slot'] });
    expect(computedHeader({ ...future, slot: '0x6' }).hash).not.to.equal(future.hash);
  } finally {
    await chain.stop();
  }
});

it('what is no block is refused: missing fields, fields that are not hex, numbers beyond all bounds', () => {
  for (const answer of [{}, { logsBloom: '0x' }, { logsBloom: `0x${'00'.repeat(256)}`, number: 'ten' }] as BlockAnswer[])
    expect(() => reportedHeader(answer)).to.throw(/is not hex|must have|must be 0x-prefixed hex/);
});

describe('receipts roots of real blocks, with transactions of types 0, 1 and 2, reverted ones, and logs', function () {
  this.timeout(120_000);

  /** Runtime code: a revert without call data; otherwise a log of two topics and 64 bytes. */
  const runtime = '3660095760006000fd5b6022601160406000a200';

  const send = async (chain: TestChain, counts: readonly number[]): Promise<void> => {
    const provider = new JsonRpcProvider(chain.url, undefined, { cacheTimeout: -1, staticNetwork: true });
    try {
      const wallet = new Wallet(testKeys[0], provider);
      const { chainId } = await provider.getNetwork();
      let nonce = await wallet.getNonce();
      const init = `0x6014600c60003960146000f3${runtime}`;
      const made = await wallet.sendTransaction({ data: init, nonce: nonce++ });
      const to = (await made.wait())?.contractAddress ?? '';
      await chain.rpc('evm_setAutomine', false);
      for (const count of counts) {
        for (let index = 0; index < count; index++) {
          const type = index % 3;
          const fees = type === 2 ? { maxFeePerGas: 3n * 10n ** 9n, maxPriorityFeePerGas: 1n } : { gasPrice: 3n * 10n ** 9n };
          const data = index % 5 === 4 ? '0x' : '0x01';
          const raw = await wallet.signTransaction({ to, nonce: nonce++, gasLimit: 60_000n, chainId, type, data, ...fees });
          await chain.rpc('eth_sendRawTransaction', raw);
        }
        await chain.rpc('evm_mine');
        const block = await blockOf(chain, 'latest');
        expect(block['transactions']).to.have.length(count);
        expect(await rootOfBlock(chain, block), `${count} transactions`).to.equal(block['receiptsRoot']);
        expect(computedHeader(block).hash).to.equal(block['hash']);
      }
    } finally {
      provider.destroy();
    }
  };
  it('on anvil: 0, 1, 2, 127, 128, 129 and 300 transactions in a block', async () => {
    const chain = await startAnvil();
    try {
      await send(chain, [0, 1, 2, 127, 128, 129, 300]);
    } finally {
      await chain.stop();
    }
  });

  it("on Hardhat's network: 0, 1, 2 and 129", async () => {
    const chain = await startHardhatChain();
    try {
      await send(chain, [0, 1, 2, 129]);
    } finally {
      await chain.stop();
    }
  });

  it('of an OP stack: a deposit has a receipt of its own format, with nonce and version', async () => {
    const chain = await startAnvil(['--network', 'optimism']);
    try {
      const [from] = await chain.rpc<string[]>('eth_accounts');
      const deposit = { from, to: from, value: '0x1', mint: '0x1', sourceHash: `0x${'5'.repeat(64)}`, type: '0x7e', gas: '0x100000' };
      await blockWith(chain, await chain.rpc<string>('eth_sendTransaction', { ...deposit, isSystemTx: false }));
      const block = await blockOf(chain, 'latest');
      expect(block['transactions']).to.have.length(1);
      expect(await rootOfBlock(chain, block)).to.equal(block['receiptsRoot']);
    } finally {
      await chain.stop();
    }
  });
});
