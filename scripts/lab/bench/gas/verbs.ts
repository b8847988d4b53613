import { FunctionFragment, Interface } from 'ethers';
import type { Artifact } from '@nomicfoundation/ignition-core';
import { auditVerbs } from './verbs/audits.js';
import { dealVerbs } from './verbs/deals.js';
import { moneyVerbs } from './verbs/money.js';
import { poolVerbs } from './verbs/pool.js';
import { registryVerbs } from './verbs/registry.js';
import { revisionVerbs } from './verbs/revisions.js';
import type { Verb } from './verbs/verb.js';

/** Every kind of transaction with a figure at each number of deals. */
export const verbs: readonly Verb[] = [...revisionVerbs, ...dealVerbs, ...auditVerbs, ...moneyVerbs, ...poolVerbs, ...registryVerbs];

/** State-changing functions without a figure of their own, by contract, and why. */
export const unmeasured: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  StorageMarket: {
    prove: 'has figures of its own, over several seeds',
    batch: 'is measured by what it does: the figures "of 16"',
    collectFees: 'is called by the reward pool only, and part of RewardPool.claim',
  },
  Vault: {
    take: 'is called by the market only, and part of what moves tokens in',
    pay: 'is called by the market only, and part of StorageMarket.withdraw',
  },
  MarketView: {
    forecastSync: 'is undone before it returns: for calls, not for transactions',
    dealsNow: 'is undone before it returns: for calls, not for transactions',
    trySync: 'always reverts: for forecastSync only',
    trySettle: 'always reverts: for dealsNow only',
  },
};

/** Contract whose ABI names a function that is called there: the code in `VerbBody` is run by the market only. */
const speaker = (contract: string): string => (contract === 'VerbBody' ? 'StorageMarket' : contract);

const changing = ({ abi }: Pick<Artifact, 'abi'>): readonly string[] =>
  Interface.from(abi)
    .fragments.filter((fragment) => fragment instanceof FunctionFragment)
    .filter(({ stateMutability }) => stateMutability === 'nonpayable' || stateMutability === 'payable')
    .map(({ name }) => name);

/** What the lists above say wrongly of the contracts, a sentence each: nothing if every function has a figure or a reason. */
export const incomplete = (artifacts: readonly Pick<Artifact, 'contractName' | 'abi'>[]): readonly string[] => {
  const there = artifacts.flatMap((artifact) => changing(artifact).map((name) => `${speaker(artifact.contractName)}.${name}`));
  const measured = verbs.map(({ contract = 'StorageMarket', function: name }) => `${contract}.${name}`);
  const excused = Object.entries(unmeasured).flatMap(([contract, names]) => Object.keys(names).map((name) => `${contract}.${name}`));
  return [...new Set([...there, ...measured, ...excused])].flatMap((name) => {
    if (!there.includes(name)) return [`${name} is no function that changes anything`];
    if (measured.includes(name) && excused.includes(name)) return [`${name} has a figure and a reason to have none`];
    return measured.includes(name) || excused.includes(name) ? [] : [`${name} has neither a figure nor a reason to have none`];
  });
};
