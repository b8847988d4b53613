import { expect } from 'chai';
import { networks } from '../../node/core/market/networks.js';
import { brokenInequalities } from '../../scripts/deploy/checks/check-parameters.js';
import { networkRows, parametersOf, type NetworkKind } from '../../scripts/deploy/terms/parameters.js';

const kinds: readonly NetworkKind[] = ['ethereum', 'op-stack', 'filecoin', 'ethereum-test', 'op-stack-test', 'filecoin-test', 'devnet'];

describe('the parameters of every network', () => {
  for (const kind of kinds) {
    it(`make cheating dearer than it saves on ${kind}, and pass the other checks of R9`, () => {
      const p = parametersOf(kind).parameters;
      expect(p.samples * p.missBps * p.collateralPeriods * p.burnBps).to.be.at.least(10 ** 8);
      expect(p.burnBps + p.bountyBps + p.compensationBps).to.equal(10 ** 4);
      expect(p.maxMisses * p.missBps).to.be.at.most(10 ** 4 - p.coverBps);
      expect(p.coverBps).to.be.at.least(p.missBps);
      expect(p.windowBlocks).to.be.within(2, p.periodBlocks / 2);
      expect(p.maxMisses).to.be.at.least(3);
    });
  }

  it('are there for every network that is ready by name: an hour a period, a window that BLOCKHASH reaches', () => {
    expect(Object.keys(networkRows)).to.have.members(networks.map(({ name }) => name));
    for (const { name, chainId, blockMilliseconds } of networks) {
      const { kind } = networkRows[name] ?? { kind: 'devnet' };
      const { parameters, blockMilliseconds: meant } = parametersOf(kind);
      expect(meant, name).to.equal(blockMilliseconds);
      expect(brokenInequalities(parameters), name).to.deep.equal([]);
      if (chainId === undefined) continue;
      expect(parameters.periodBlocks * blockMilliseconds, name).to.equal(3_600_000);
      expect(parameters.windowBlocks, name).to.be.at.most(256);
    }
  });

  it('slash a unit without a remainder whatever the decimals of the token', () => {
    for (const decimals of [6, 18]) {
      const { unit, missBps, burnBps, bountyBps, compensationBps } = parametersOf('devnet', decimals).parameters;
      for (const bps of [burnBps, bountyBps, compensationBps]) expect((unit * BigInt(missBps * bps)) % 10n ** 8n).to.equal(0n);
    }
    expect(() => parametersOf('devnet', 5)).to.throw(RangeError, 'at least 6');
  });
});
