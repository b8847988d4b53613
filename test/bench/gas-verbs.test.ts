import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import type { GasFigures } from '../../scripts/lab/bench/gas/gas.js';
import { incomplete, unmeasured, verbs } from '../../scripts/lab/bench/gas/verbs.js';
import { nameOf } from '../../scripts/lab/bench/gas/verbs/verb.js';
import { readArtifacts } from '../../scripts/deploy/artifacts.js';

describe('the functions that the gas bench measures', () => {
  it('are all that change anything, but for those with a reason', async () => {
    expect(incomplete(Object.values(await readArtifacts()))).to.deep.equal([]);
  });

  const changed = async (contract: string, edit: (abi: readonly { name?: string }[]) => unknown) => {
    const artifacts = Object.values(await readArtifacts());
    return incomplete(
      artifacts.map((artifact) =>
        artifact.contractName === contract ? { ...artifact, abi: edit(artifact.abi) as typeof artifact.abi } : artifact,
      ),
    );
  };
  const function_ = (stateMutability: string) => ({ type: 'function', name: 'surprise', inputs: [], outputs: [], stateMutability });

  for (const stateMutability of ['nonpayable', 'payable'])
    it(`do not pass without a ${stateMutability} one that was added`, async () => {
      const sentence = 'RewardPool.surprise has neither a figure nor a reason to have none';
      expect(await changed('RewardPool', (abi) => [...abi, function_(stateMutability)])).to.deep.equal([sentence]);
    });

  it('do not pass without one that only the code behind the market has', async () => {
    const sentence = 'StorageMarket.surprise has neither a figure nor a reason to have none';
    expect(await changed('VerbBody', (abi) => [...abi, function_('nonpayable')])).to.deep.equal([sentence]);
  });

  it('need none that only reads', async () => {
    expect(await changed('RewardPool', (abi) => [...abi, function_('view')])).to.deep.equal([]);
  });

  it('do not pass with one that is gone', async () => {
    const sentence = 'HoldToken.drip is no function that changes anything';
    expect(await changed('HoldToken', (abi) => abi.filter(({ name }) => name !== 'drip'))).to.deep.equal([sentence]);
  });

  it('have names of their own, and each a committed figure', () => {
    const committed = JSON.parse(readFileSync(new URL('../../scripts/lab/bench/gas/gas.json', import.meta.url), 'utf8')) as GasFigures;
    const names = verbs.map(nameOf);
    expect(names).to.deep.equal([...new Set(names)]);
    expect(Object.keys(committed.functions)).to.deep.equal(names);
  });

  it('say why of each that is left out', () => {
    for (const reasons of Object.values(unmeasured)) for (const reason of Object.values(reasons)) expect(reason).to.match(/\w{3}/);
  });
});
