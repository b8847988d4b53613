import type { Address } from '../../../node/core/units.js';
import type { StagedChain } from './chain.js';
import type { StagedContracts } from './contracts.js';

/** Accounts of the chain for those who play, in the order of their names. */
export const peopleOf = <Name extends string>({ accounts }: StagedChain, names: readonly Name[]): Readonly<Record<Name, Address>> => {
  if (names.length > accounts.length) throw new Error('the chain has too few accounts');
  return Object.fromEntries(names.map((name, i) => [name, accounts[i]])) as Record<Name, Address>;
};

/** Who gets how many tokens from whom, and how many of them the vault may take; all in token wei. */
export interface HandOut {
  readonly from: Address;
  readonly to: readonly Address[];
  readonly tokens: bigint;
  readonly allowance: bigint;
}

/** Gives everybody tokens, and lets the vault take them. */
export const handOut = async (chain: StagedChain, { token, vault }: StagedContracts, { from, to, tokens, allowance }: HandOut) => {
  for (const account of to) {
    await chain.send(from, token.transfer.populateTransaction(account, tokens));
    await chain.send(account, token.approve.populateTransaction(vault, allowance));
  }
};
