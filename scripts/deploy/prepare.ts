import { loadSettings, type Settings } from '../../node/app/settings/config.js';
import { rpcUrlsOf } from '../../node/app/settings/rpc-urls.js';
import { keystoreOf } from '../../node/app/wallet-session.js';
import type { Keystore } from '../../node/app/keys/keystore.js';
import { openRpc } from '../../node/chain/rpc/rpc.js';
import type { MarketParameters } from '../../node/core/market/deal.js';
import { HoldfastError } from '../../node/core/errors/holdfast-error.js';
import type { Network } from '../../node/core/market/networks.js';
import type { Address } from '../../node/core/units.js';
import { readArtifacts, type Artifacts } from './artifacts.js';
import { askOf } from './ask-rpc.js';
import { measureBlockTime, readGenesis, requireBlockTime, requireChain, requireHistory, type BlockTime } from './checks/check-chain.js';
import { requireSound } from './checks/check-parameters.js';
import { readDecimals } from './checks/check-token.js';
import type { Chain } from './existing/existing-deployment.js';
import { readNetworkTerms } from './terms/network-terms.js';
import type { DeployCommand } from './options.js';
import { HOLD_DECIMALS } from './terms/parameters.js';
import type { DeploymentTerms } from './plan.js';

/** Everything that is known and checked before a key is unlocked or a wei is spent. */
export interface Preparation extends AsyncDisposable {
  readonly network: Network;
  readonly chain: Chain;
  readonly keystore: Keystore;
  readonly home: string;
  readonly terms: DeploymentTerms;
  readonly confirmations: number;
  readonly artifacts: Artifacts;
  readonly blockTime: BlockTime | undefined;
}

/** Where a chain on this machine listens, unless told otherwise. */
const LOCAL_RPC = 'http://127.0.0.1:8545';

const rpcUrlOf = (settings: Settings, network: Network): string => {
  if (settings.rpc === undefined && network.name === 'localhost') return LOCAL_RPC;
  const [preferred = LOCAL_RPC] = rpcUrlsOf(settings);
  return preferred;
};

/** R9 and R10, before the contracts say the same. */
const requireParameters = async ({ ask }: Chain, parameters: MarketParameters, network: Network): Promise<BlockTime | undefined> => {
  requireSound(parameters);
  const blockTime = await measureBlockTime(ask);
  requireBlockTime(blockTime, network, parameters.periodBlocks);
  await requireHistory(ask, parameters.windowBlocks);
  return blockTime;
};

/** Connects to the chain that `command` means, and checks chain, token and parameters. */
export const prepare = async (command: DeployCommand, signal: AbortSignal): Promise<Preparation> => {
  const { network, confirmations, token, parametersFor } = await readNetworkTerms(command.network, command.parameters);
  const settings = await loadSettings({ home: command.home, rpc: command.rpc });
  const keystore = keystoreOf(settings);
  const account: Address = await keystore.addressOf('wallet');
  const artifacts = await readArtifacts();
  await using opened = new AsyncDisposableStack();
  const rpc = await openRpc({ rpcUrl: rpcUrlOf(settings, network), patienceMilliseconds: command.patienceMilliseconds }, signal);
  opened.defer(() => rpc.close());
  const ask = askOf(rpc, signal);
  await requireChain(ask, rpc, network);
  const chain = { rpc, ask, genesis: await readGenesis(ask, network), signal };
  if (command.token === undefined && token === undefined)
    throw new HoldfastError('OPTION_MISSING', { option: '--token', expected: 'the ERC-20 to use, since the file has no "token"' });
  const parameters = parametersFor(command.token === undefined ? HOLD_DECIMALS : await readDecimals(ask, command.token));
  const blockTime = await requireParameters(chain, parameters, network);
  const tokenTerms =
    command.token === undefined && token !== undefined
      ? ({ kind: 'new', holder: account, ...token } as const)
      : ({ kind: 'existing', address: command.token as Address } as const);
  const running = opened.move();
  return {
    network,
    chain,
    keystore,
    home: settings.home,
    terms: { account, token: tokenTerms, parameters },
    confirmations: command.confirmations ?? confirmations,
    artifacts,
    blockTime,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
};
