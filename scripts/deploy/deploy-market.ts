import type { EIP1193Provider } from '@nomicfoundation/ignition-core';
import type { Signer } from 'ethers';
import type { MarketParameters } from '../../node/core/market/deal.js';
import { pause } from '../../node/core/tasks/waiting.js';
import { address, hash, type Hash, type Wei } from '../../node/core/units.js';
import { readArtifacts } from './artifacts.js';
import { createIgnitionProvider, type Ask, type SendTransaction } from './ignition/ignition-provider.js';
import { planDeployment } from './plan.js';
import { readDeployed, type DeployedMarket } from './existing/read-deployed.js';
import { runIgnition } from './ignition/run-ignition.js';
import { deployInStages } from './stages.js';

export interface DeployOptions {
  /** Pays for the deployment, behind a provider that takes JSON-RPC. Nothing else may use its account meanwhile. */
  readonly signer: Signer;
  readonly parameters: MarketParameters;
  readonly token: { readonly holder: string; readonly supply: Wei; readonly faucetAmount: Wei };
}

const POLL_MILLISECONDS = 20;

/**
 * Deploys a token and a market as `npm run deploy` does, with a signer of this process and no trace on disk: for tests and
 * measurements on a chain that ends with them.
 */
export const deployMarket = async ({ signer, parameters, token }: DeployOptions): Promise<DeployedMarket> => {
  const { provider } = signer;
  if (provider === null || !('send' in provider)) throw new TypeError('the signer needs a provider that takes JSON-RPC');
  const ask: Ask = (method, params) => (provider as unknown as { send: Ask }).send(method, params);
  const account = address(await signer.getAddress());
  const countSent = async (): Promise<number> => Number(await ask('eth_getTransactionCount', [account, 'latest']));
  const artifacts = await readArtifacts();
  const terms = { account, parameters, token: { kind: 'new', ...token, holder: address(token.holder) } } as const;
  const plan = planDeployment(terms, await countSent(), artifacts);
  let last: Hash | undefined;
  const send: SendTransaction = async ({ fees, ...transaction }) => {
    last = hash((await signer.sendTransaction({ ...transaction, ...fees })).hash);
    return last;
  };
  await deployInStages(ask, plan, artifacts, {
    run: async (whole) => {
      // Without a journal Ignition does not know what an earlier stage deployed.
      const sent = await countSent();
      const stage = { ...whole, contracts: whole.contracts.filter(({ nonce }) => nonce >= sent) };
      const connect = (): EIP1193Provider => createIgnitionProvider({ ask, send, plan: stage });
      await runIgnition({ plan: stage, artifacts, connect, pollMilliseconds: POLL_MILLISECONDS });
    },
    wait: () => pause(POLL_MILLISECONDS),
  });
  return readDeployed(ask, plan, artifacts, last === undefined ? [] : [last]);
};
