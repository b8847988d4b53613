import { expect } from 'chai';
import type { Interface } from 'ethers';
import { IProviderRegistry__factory } from '../../node/chain/contracts/factories/interfaces/IProviderRegistry__factory.js';
import { IRewardPool__factory } from '../../node/chain/contracts/factories/interfaces/IRewardPool__factory.js';
import { IStorageMarket__factory } from '../../node/chain/contracts/factories/interfaces/IStorageMarket__factory.js';
import { contractErrors } from '../../node/core/errors/contract-errors.js';
import { refusals, refusalsLeftOut, verbs, verbsLeftOut } from '../../scripts/lab/honest/expected.js';

const interfaces = [IStorageMarket__factory, IProviderRegistry__factory, IRewardPool__factory].map((factory) => factory.createInterface());

const verbsOf = (contract: Interface): string[] => {
  const names: string[] = [];
  contract.forEachFunction(({ name, constant }) => {
    if (!constant) names.push(name);
  });
  return names;
};

describe('What the honest runs must come to', () => {
  it('is every verb of market, registry and pool that is not left out for a reason', () => {
    expect([...verbs, ...Object.keys(verbsLeftOut)]).to.have.members(interfaces.flatMap(verbsOf));
  });

  it('is every refusal of the contracts that is not left out for a reason', () => {
    expect([...refusals, ...Object.keys(refusalsLeftOut)]).to.have.members(Object.keys(contractErrors));
  });
});
