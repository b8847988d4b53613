import { Signature } from 'ethers';
import type { GasBench, Verb } from './verb.js';

/** Token wei that is moved. */
const AMOUNT = 10n ** 12n;
const DEADLINE = 2n ** 32n;

/** ERC-2612: the renter lets `spender` take {@link AMOUNT}. */
const signPermit = async ({ contracts: { token }, signer, renter }: GasBench, spender: string): Promise<Signature> => {
  const { name, version, chainId, verifyingContract } = await token.eip712Domain();
  const types = {
    Permit: [
      { name: 'owner', type: 'address' },
      { name: 'spender', type: 'address' },
      { name: 'value', type: 'uint256' },
      { name: 'nonce', type: 'uint256' },
      { name: 'deadline', type: 'uint256' },
    ],
  };
  const value = { owner: renter, spender, value: AMOUNT, nonce: await token.nonces(renter), deadline: DEADLINE };
  const owner = await signer(renter);
  return Signature.from(await owner.signTypedData({ name, version, chainId, verifyingContract }, types, value));
};

/** Stake, credit and the token itself. */
export const moneyVerbs: readonly Verb[] = [
  {
    function: 'stake',
    measure: ({ contracts: { market }, send, provider }) => send(provider, market.stake.populateTransaction(provider, AMOUNT)),
  },
  {
    function: 'unstake',
    measure: ({ contracts: { market }, send, provider }) => send(provider, market.unstake.populateTransaction(AMOUNT)),
  },
  {
    function: 'setLockLimit',
    measure: ({ contracts: { market }, send, provider }) => send(provider, market.setLockLimit.populateTransaction(provider, AMOUNT)),
  },
  {
    function: 'withdraw',
    measure: ({ contracts: { market }, send, provider }) => send(provider, market.withdraw.populateTransaction(AMOUNT, provider)),
  },
  {
    function: 'fund',
    measure: ({ contracts: { market }, send, outsider, renter }) => send(outsider, market.fund.populateTransaction(renter, AMOUNT)),
  },
  {
    function: 'permit',
    measure: async (bench) => {
      const { v, r, s } = await signPermit(bench, bench.contracts.vault);
      return bench.send(bench.renter, bench.contracts.market.permit.populateTransaction(AMOUNT, DEADLINE, v, r, s));
    },
  },
  {
    contract: 'HoldToken',
    function: 'permit',
    measure: async (bench) => {
      const { renter, outsider, send, contracts } = bench;
      const { v, r, s } = await signPermit(bench, contracts.vault);
      return send(outsider, contracts.token.permit.populateTransaction(renter, contracts.vault, AMOUNT, DEADLINE, v, r, s));
    },
  },
  {
    contract: 'HoldToken',
    function: 'approve',
    measure: ({ contracts: { token, vault }, send, renter }) => send(renter, token.approve.populateTransaction(vault, AMOUNT)),
  },
  {
    contract: 'HoldToken',
    function: 'transfer',
    measure: ({ contracts: { token }, send, renter, outsider }) => send(renter, token.transfer.populateTransaction(outsider, AMOUNT)),
  },
  {
    contract: 'HoldToken',
    function: 'transferFrom',
    measure: async ({ contracts: { token }, send, renter, outsider }) => {
      await send(renter, token.approve.populateTransaction(outsider, 2n * AMOUNT));
      return send(outsider, token.transferFrom.populateTransaction(renter, outsider, AMOUNT));
    },
  },
  {
    contract: 'HoldToken',
    function: 'drip',
    measure: ({ contracts: { token }, send, outsider }) => send(outsider, token.drip.populateTransaction()),
  },
];
