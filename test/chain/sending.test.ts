import { expect } from 'chai';
import { readdir } from 'node:fs/promises';
import { sayingOf, type Saying } from '../../node/chain/rpc/sending.js';
import { rejection } from '../support/coded-rejection.js';
import type { RpcProxy } from '../../scripts/lab/staging/rpc-proxy.js';
import { createSmallWorld, type SmallWorld } from '../support/rpc/small-world.js';

const said: Readonly<Record<Saying, readonly string[]>> = {
  accepted: [
    'already known',
    'AlreadyKnown',
    'known transaction: 0x1234',
    'Known transaction',
    'Transaction with the same hash was already imported.',
    'transaction pool: tx already in mempool',
    'tx already exists in cache',
  ],
  'nonce-used': [
    'nonce too low: next nonce 5, tx nonce 4',
    'nonce has already been used',
    'OldNonce, Current nonce: 5',
    'Nonce below sender nonce',
  ],
  underpriced: [
    'replacement transaction underpriced',
    'transaction underpriced: tip needed 1, tip permitted 0',
    'max fee per gas less than block base fee: address 0x12, maxFeePerGas: 1, baseFee: 2',
    'FeeTooLow',
  ],
  refused: [
    'insufficient funds for gas * price + value: balance 1, tx cost 2, overshot 1',
    'InsufficientFunds, Balance is 0 less than sending value + gas 1',
    'Upfront cost exceeds account balance',
    "Sender doesn't have enough funds to send tx. The max upfront cost is: 2 and the sender's balance is: 1.",
    'intrinsic gas too low: gas 20000, minimum needed 21000',
    'insufficient gas for floor data gas cost: gas 21000, minimum needed 21400',
    'exceeds block gas limit',
    'Transaction gas limit is 99 and exceeds block gas limit of 30',
    'transaction gas limit too high (cap: 16777216, tx: 30000000)',
    'invalid chain id for signer: have 5 want 1',
    'transaction was meant for chain id 1 and not this chain id 5',
    'invalid sender',
    'transaction type not supported',
    'failed to decode signed transaction',
    'oversized data: transaction size 131100, limit 131072',
    'max priority fee per gas higher than max fee per gas',
    'tx fee (1.20 ether) exceeds the configured cap (1.00 ether)',
    'sender not an eoa',
  ],
  unknown: [
    'request timed out',
    'Internal error',
    'context deadline exceeded',
    'rate limit exceeded',
    'txpool is full',
    'Nonce too high. Expected nonce to be 4 but got 5.',
    'internal error: insufficient funds check timed out',
    "VM Exception while processing transaction: reverted with reason string 'insufficient funds'",
    'upstream: 502 Bad Gateway',
    'something new',
    '',
  ],
};

/** What RPCs said of transactions that were mined all the same. */
const lies = [
  [-32_000, 'request timed out'],
  [-32_603, 'Internal error'],
  [-32_000, 'transaction pool: tx already in mempool'],
  [-32_000, 'context deadline exceeded'],
  [-32_005, 'rate limit exceeded'],
] as const;

describe('what nodes say of a transaction that they are handed', function () {
  this.timeout(60_000);

  for (const [saying, texts] of Object.entries(said) as [Saying, readonly string[]][])
    it(`${saying}, in the words of ${texts.length} nodes`, () => {
      expect(texts.filter((message) => sayingOf({ code: -32_000, message }) !== saying)).to.deep.equal([]);
    });
  it('a method that is not there has done nothing', () => {
    expect(sayingOf({ code: -32_601, message: 'the method eth_sendRawTransaction does not exist/is not available' })).to.equal('refused');
  });

  describe('on a chain', () => {
    let world: SmallWorld;
    afterEach(async () => world.close());
    const saying =
      (message: string, { code = -32_000, takes = false } = {}): RpcProxy['answer'] =>
      ({ method, params }) => {
        if (method !== 'eth_sendRawTransaction') return undefined;
        if (takes) world.chain.admit(String(params[0]));
        return { error: { code, message } };
      };
    const send = async (): Promise<{ readonly told: Promise<string> }> => {
      const queue = await world.queue();
      const told = queue.submit(world.transfer).then(
        () => 'mined',
        (error: unknown) => String(error),
      );
      return { told };
    };

    for (const rpcs of [1, 2] as const)
      for (const [code, message] of lies)
        it(`"${message}" of ${rpcs === 1 ? 'one RPC' : 'two RPCs'} that took it: mined once, and told so`, async () => {
          world = await createSmallWorld(rpcs);
          world.bend(saying(message, { code, takes: true }));
          const told = (await world.queue()).submit(world.transfer);
          await world.until('it waits for a block', () => world.chain.pool.size > 0);
          expect((await world.minedWhile(told)).status).to.equal(1);
          world.bend(() => undefined);
          world.chain.mine(3);
          expect(world.chain.received(world.to)).to.equal(5n);
          expect((await readdir(world.directory)).filter((name) => name.endsWith('.json'))).to.deep.equal(['newest-used.json']);
        });

    it('a refusal for good is told, and leaves nothing behind', async () => {
      world = await createSmallWorld(2);
      world.bend(saying('tx fee (1.20 ether) exceeds the configured cap (1.00 ether)'));
      const error = await rejection((await world.queue()).submit(world.transfer), 'TRANSACTION_REFUSED');
      expect(error.message).to.include('exceeds the configured cap');
      expect((await readdir(world.directory)).filter((name) => name.endsWith('.json'))).to.deep.equal([]);
    });

    for (const [what, answer] of [
      ['is silent', () => 'drop'],
      ['is unsure', () => ({ error: { code: -32_000, message: 'request timed out' } })],
    ] as const satisfies readonly (readonly [string, RpcProxy['answer']])[])
      it(`is no refusal while another that was handed it ${what}`, async () => {
        world = await createSmallWorld(2);
        const [one, other] = world.proxies as [RpcProxy, RpcProxy];
        one.answer = saying('insufficient funds for gas * price + value');
        other.answer = (call) => (call.method === 'eth_sendRawTransaction' ? (answer as RpcProxy['answer'])(call) : undefined);
        let ended = false;
        const { told } = await send();
        void told.then(() => (ended = true));
        await world.until('it was handed to both', () => [one, other].every(({ methods }) => methods.includes('eth_sendRawTransaction')));
        for (let block = 0; block < 2; block++) await world.mineAndLook();
        expect(ended).to.equal(false);
        world.bend(() => undefined);
        expect(await world.minedWhile(told)).to.equal('mined');
        expect(world.chain.received(world.to)).to.equal(5n);
      });

    it('is no refusal while any node knows of it', async () => {
      world = await createSmallWorld(2);
      const [one] = world.proxies as [RpcProxy, RpcProxy];
      world.bend(saying('insufficient funds for gas * price + value', { takes: true }));
      const plain = one.answer;
      one.answer = (call) => (call.method === 'eth_getTransactionByHash' ? { result: null } : plain(call));
      const { told } = await send();
      await world.until('it was looked for', () => world.proxies.some(({ methods }) => methods.includes('eth_getTransactionByHash')));
      expect(await world.minedWhile(told)).to.equal('mined');
      expect(world.chain.received(world.to)).to.equal(5n);
    });

    it('a refusal of what was handed over before proves nothing', async () => {
      world = await createSmallWorld();
      world.bend(({ method }) => (method === 'eth_sendRawTransaction' ? 'drop' : undefined));
      const { told } = await send();
      await world.until('it was handed over', () => world.proxies[0]?.methods.includes('eth_sendRawTransaction') ?? false);
      world.bend(saying('insufficient funds for gas * price + value'));
      for (let block = 0; block < 3; block++) await world.mineAndLook();
      world.bend(() => undefined);
      expect(await world.minedWhile(told)).to.equal('mined');
      expect(world.chain.received(world.to)).to.equal(5n);
    });
  });
});
