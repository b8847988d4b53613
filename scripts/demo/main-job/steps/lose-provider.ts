import { Contract } from 'ethers';
import { IStorageMarket__factory } from '../../../../node/chain/contracts/factories/interfaces/IStorageMarket__factory.js';
import type { Address } from '../../../../node/core/units.js';
import { challengeDeals } from './challenge-deals.js';
import { tokens } from '../money.js';
import type { MarketEvent } from '../../../../node/ports/settlement.js';
import type { RunningProvider } from '../../devnet/provider.js';
import type { StoredFiles } from './store-files.js';
import { providerAt, type Stage } from '../stage.js';

/** A provider that was killed, and what its first missed period cost it. */
export interface LostProvider {
  readonly provider: RunningProvider;
  /** The first period it did not prove. */
  readonly missed: number;
}

/**
 * Step 3: SIGKILL to one provider, which holds a deal of the neighbour's too, right after it proved. Two deals are challenged; its
 * next window passes, and whoever calls finds the miss.
 */
export const loseProvider = async (stage: Stage, { holders }: StoredFiles, neighbours: ReadonlySet<Address>): Promise<LostProvider> => {
  const { watch, signal, narrator, reader } = stage;
  const victim = holders.find((holder) => neighbours.has(holder as Address)) ?? '';
  const provider = providerAt(stage, victim);
  const { period } = await watch.until(
    (sight) => sight.sheets.some((sheet) => sheet.provider === provider.provider && sheet.lastProven === sight.period),
    signal,
  );
  watch.excuse(provider.provider);
  provider.daemon.signal('SIGKILL');
  await provider.daemon.ended;
  narrator.say(`${provider.person.name} (process ${provider.daemon.pid}) proved period ${period} and was killed`);
  const missed = period + 1;
  const windowOver = watch.until(
    (sight) => sight.period > missed || (sight.period === missed && sight.offset >= reader.parameters.windowBlocks),
    signal,
  );
  await Promise.all([challengeDeals(stage, provider.provider), windowOver]);
  narrator.say(`the window of period ${missed} is over, and nobody proved for it; a passer-by calls sync`);
  for (const event of await syncProvider(stage, provider, missed)) tellMiss(stage, event);
  return { provider, missed };
};

/**
 * Has the purse's account, which has no part in any deal, look at the provider. Returns its misses and its default from
 * period `from` on, whoever found them.
 */
export const syncProvider = async (
  { devnet, reader, signal }: Stage,
  { provider }: RunningProvider,
  from: number,
): Promise<readonly MarketEvent[]> => {
  const market = new Contract(devnet.book.market, IStorageMarket__factory.abi, devnet.purse.wallet);
  const { hash } = (await market.getFunction('sync')(provider)) as { hash: string };
  const receipt = await devnet.purse.provider.waitForTransaction(hash);
  if (receipt?.status !== 1) throw new Error(`sync of ${provider} failed in transaction ${hash}`);
  const { block } = await reader.head(signal);
  return (await reader.events(reader.genesisBlock, block, signal)).filter(
    ({ name, args }) =>
      (name === 'Missed' || name === 'Defaulted') && String(args['provider']).toLowerCase() === provider && Number(args['period']) >= from,
  );
};

/** Tells where the money of a miss went. */
export const tellMiss = ({ narrator }: Stage, { name, args }: MarketEvent): void => {
  const amount = (key: string): bigint => args[key] as bigint;
  if (name === 'Missed') {
    const [burnt, bounty, compensation] = [amount('burnt'), amount('bounty'), amount('compensation')];
    narrator.say(
      `missed period ${String(args['period'])}: ${tokens(burnt + bounty + compensation)} slashed: ` +
        `${tokens(burnt)} burnt, ${tokens(bounty)} bounty, ${tokens(compensation)} to its renters`,
    );
  } else {
    narrator.say(`default at period ${String(args['period'])}: each unit of collateral is worth ${tokens(amount('share'))} to its deal`);
  }
};
