import { expect } from 'chai';
import type { ChainHead, ProviderSheet } from '../../node/core/market/deal.js';
import { address, blockNumber, type Address } from '../../node/core/units.js';
import { AuditMissed, watchAudits } from '../../scripts/demo/main-job/audit-watch.js';
import { devnetParameters } from '../support/memory-market/market-parameters.js';

const bob = address(`0x${'b'.repeat(40)}`);
const stranger = address(`0x${'5'.repeat(40)}`);

/** A chain whose provider `lazy` stores something and has proven nothing; every head is past the window of its period. */
const chainWith = (lazy: Address, failing = false) => {
  const { periodBlocks, windowBlocks } = devnetParameters;
  const sheet = { provider: lazy, total: 1n, lastProven: 0 } as unknown as ProviderSheet;
  return {
    parameters: devnetParameters,
    genesisBlock: blockNumber(0),
    heads: async function* (signal: AbortSignal): AsyncIterable<ChainHead> {
      for (let period = 0; period < 3; period++)
        for (let block = 0; block < 2 && !signal.aborted; block++)
          yield { block: blockNumber(period * periodBlocks + windowBlocks + block), hash: '0x' as never, timestamp: 0 };
    },
    providerRecords: () => (failing ? Promise.reject(new Error('no answer')) : Promise.resolve([sheet])),
    providerSheets: () => Promise.resolve([sheet]),
  };
};
const failureOf = (watch: { readonly failure: Promise<never> }): Promise<Error> => watch.failure.catch((error: unknown) => error as Error);
const { signal } = new AbortController();

describe('watching the audits of a devnet', () => {
  it('fails the story at the first miss of one of its own providers', async () => {
    expect(await failureOf(watchAudits(chainWith(bob), [bob], signal))).to.be.instanceOf(AuditMissed);
  });

  it("does not look at strangers' providers", async () => {
    expect((await failureOf(watchAudits(chainWith(stranger), [bob], signal))).message).to.include('no more blocks');
  });

  it('only tells, once the story is over: each miss once, and that the chain did not answer', async () => {
    const lines: string[] = [];
    for (const failing of [false, true]) {
      const watch = watchAudits(chainWith(bob, failing), [bob], signal);
      watch.onlyTell((line) => lines.push(line));
      expect((await failureOf(watch)).message).to.include('no more blocks');
    }
    expect(lines.map((line) => /period \d+|no answer/.exec(line)?.[0])).to.deep.equal(['period 1', 'period 2', 'period 3', 'no answer']);
  });
});
