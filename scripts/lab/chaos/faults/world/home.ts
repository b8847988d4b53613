import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadSettings, type Settings } from '../../../../../node/app/settings/config.js';
import { setUpProvider } from '../../../../../node/app/provider-setup.js';
import { keystoreOf, openWallet, type WalletSession } from '../../../../../node/app/wallet-session.js';
import { gasWei, leaves, wei, type Address } from '../../../../../node/core/units.js';
import type { Lane } from './lane.js';
import { EGRESS_PRICE, PASSWORD, PRICE, STAKE, TOKEN } from './terms.js';

/** Coin that owners and renters have, and operators for their gas. */
const COIN = 10n ** 21n;
const OPERATOR_COIN = 10n ** 19n;
/** Cost of scrypt: keys of a run are worth nothing. */
const SCRYPT_COST = 1 << 10;

/** Gives `account` coin, and the tokens that it needs. */
const enrich = async ({ rpc, market }: Lane, account: Address): Promise<void> => {
  await rpc('anvil_setBalance', account, `0x${COIN.toString(16)}`);
  await (await market.contracts.token.connect(market.owner).transfer(account, 10_000n * TOKEN)).wait();
};

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
};

const writeHome = async (home: string, values: Readonly<Record<string, unknown>>): Promise<Settings> => {
  await mkdir(home, { recursive: true, mode: 0o700 });
  await writeFile(join(home, 'config.json'), JSON.stringify({ keystore: { scryptCost: SCRYPT_COST }, ...values }));
  return loadSettings({ home }, {});
};

/** The wallet of a renter, who speaks to the chain itself. Blocks must come with transactions meanwhile. */
export const openRenterHome = async (lane: Lane, home: string, signal: AbortSignal): Promise<WalletSession> => {
  const settings = await writeHome(home, { rpc: lane.market.rpcUrl, book: lane.market.book });
  const account = await keystoreOf(settings).create('wallet', PASSWORD);
  await enrich(lane, account);
  const session = await openWallet(settings, () => Promise.resolve(PASSWORD), signal);
  await session.settlement.submit({ kind: 'approve', amount: wei(10_000n * TOKEN) });
  return session;
};

/** A provider that is registered and staked, and whose daemon can be started. */
export interface ProviderHome {
  readonly provider: Address;
  readonly operator: Address;
  readonly operatorKey: Uint8Array;
  readonly home: string;
  /** What the daemon is told, with its RPCs. */
  settings(rpcs: readonly string[], fees?: Partial<Settings['fees']>): Promise<Settings>;
  /** Copies the home, for a daemon that listens elsewhere. */
  copy(rpcs: readonly string[]): Promise<Settings>;
}

/** Sets a provider up as `provider init` and `provider stake` do. Blocks must come with transactions meanwhile. */
export const createProviderHome = async (lane: Lane, home: string, signal: AbortSignal): Promise<ProviderHome> => {
  const here = async (): Promise<string[]> => [`/ip4/127.0.0.1/tcp/${await freePort()}`];
  const listen = await here();
  const settings = (rpcs: readonly string[], fees: Partial<Settings['fees']> = {}): Promise<Settings> =>
    writeHome(home, { rpc: rpcs, book: lane.market.book, fees, provider: { listen, capacityBytes: 1 << 30 } });
  const copy: ProviderHome['copy'] = async (rpcs) => {
    await cp(home, `${home}-copy`, { recursive: true });
    return writeHome(`${home}-copy`, { rpc: rpcs, book: lane.market.book, provider: { listen: await here(), capacityBytes: 1 << 30 } });
  };
  const direct = await settings([lane.market.rpcUrl]);
  const keystore = keystoreOf(direct);
  const provider = await keystore.create('wallet', PASSWORD);
  await enrich(lane, provider);
  const ask = { price: PRICE, egressPrice: EGRESS_PRICE, minLeaves: leaves(1), maxLeaves: leaves(1 << 25), maxPeriods: 1_000 };
  const setup = { ask: () => ask, lockLimit: STAKE, addresses: listen, operatorCoin: gasWei(OPERATOR_COIN) };
  await setUpProvider(direct, setup, PASSWORD, signal);
  await using session = await openWallet(direct, () => Promise.resolve(PASSWORD), signal);
  await session.settlement.submit({ kind: 'approve', amount: STAKE });
  await session.settlement.submit({ kind: 'stake', provider, amount: STAKE });
  const operatorKey = await keystore.unlock('operator', PASSWORD);
  return { provider, operator: await keystore.addressOf('operator'), operatorKey, home, settings, copy };
};
