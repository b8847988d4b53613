import { expect } from 'chai';
import { setTimeout as sleep } from 'node:timers/promises';
import { hash, type Address, type Hash } from '../../node/core/units.js';
import { createStagedChain, type StagedChain } from '../../scripts/lab/staging/chain.js';

const TERMS = { start: '2026-01-01T00:00:00Z', blockSeconds: 12, transaction: { gas: '0xf42400' } } as const;
const RANDOM = hash(`0x${'7e'.repeat(32)}`);
/** Creates a contract without code. */
const NOTHING = { data: '0x00' };

const staged = async (play: (chain: StagedChain) => Promise<void>): Promise<Hash> => {
  const chain = await createStagedChain(TERMS);
  try {
    await play(chain);
    return await chain.hashOf(await chain.block());
  } finally {
    await chain.close();
  }
};
/** The first two accounts. */
const two = ({ accounts: [from, to] }: StagedChain): { readonly from: Address; readonly to: Address } => {
  if (from === undefined || to === undefined) throw new Error('there are no accounts');
  return { from, to };
};
const sends = async (chain: StagedChain): Promise<void> => void (await chain.send(two(chain).from, NOTHING));
const mines = ({ mine }: StagedChain): Promise<void> => mine(3);
const signs = async (chain: StagedChain): Promise<void> => {
  const { from, to } = two(chain);
  await (await chain.signer(from)).sendTransaction({ to });
};

describe('a staged chain', () => {
  it('makes the same blocks again, however long its calls take', async () => {
    const fast = await staged(async (chain) => {
      for (const act of [signs, sends, mines]) await act(chain);
    });
    const slow = await staged(async (chain) => {
      for (const act of [signs, sends, mines]) {
        await sleep(1_100);
        await act(chain);
      }
    });
    expect(slow).to.equal(fast);
  }).timeout(20_000);

  it('goes back to a state that it remembers, as often as it is asked to, and on from there as before', async () => {
    await staged(async (chain) => {
      await sends(chain);
      const back = await chain.remember();
      const ends: Hash[] = [];
      for (let i = 0; i < 3; i++) {
        await sends(chain);
        await mines(chain);
        ends.push(await chain.hashOf(await chain.block()));
        await back();
      }
      expect(new Set(ends)).to.have.property('size', 1);
      await chain.stir(RANDOM);
      await sends(chain);
      await mines(chain);
      expect(await chain.hashOf(await chain.block()), 'with other chance').to.not.equal(ends[0]);
    });
  });

  it('mines up to a block, and never back', async () => {
    await staged(async (chain) => {
      await chain.mineTo(7);
      expect(await chain.block()).to.equal(7);
      await chain.mineTo(7);
      expect(await chain.block()).to.equal(7);
      const refused = await chain.mineTo(6).catch((error: unknown) => error);
      expect(refused).to.be.instanceOf(RangeError).with.property('message', 'block 6 is past');
    });
  });

  it('throws what the contract says, and its clock goes on', async () => {
    await staged(async (chain) => {
      const { from } = two(chain);
      // Creation code that reverts: PUSH0 PUSH0 REVERT.
      const refused = await chain.send(from, { data: '0x5f5ffd' }).catch((error: unknown) => error);
      expect(refused).to.be.instanceOf(Error);
      await chain.send(from, NOTHING);
      expect((await chain.receiptOf(await chain.send(from, NOTHING))).status).to.equal(1);
    });
  });
});
