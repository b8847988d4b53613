import { join } from 'node:path';
import { createSettlementReader } from '../../node/chain/settlement-reader.js';
import { showTokens } from '../../node/cli/amounts.js';
import { address } from '../../node/core/units.js';
import { startDevnet } from '../devnet/devnet.js';
import type { ProviderTerms } from '../devnet/provider.js';
import { watchAudits } from './audit-watch.js';
import type { Narrator } from './narrator.js';
import type { Options } from './options.js';
import type { Stage } from './stage.js';

/** What every provider of the story asks and brings. */
const TERMS: ProviderTerms = { periodPrice: '100', stake: '20000', operatorCoin: '10', capacity: '64GiB' };

/** A stage, and how to take it down. */
export type RunningStage = Stage & AsyncDisposable & { readonly quit: AbortController };

/** Starts the chain, deploys, brings the people in, and begins to watch the audits. */
export const setStage = async ({ providers: count, code }: Options, narrator: Narrator): Promise<RunningStage> => {
  await using set = new AsyncDisposableStack();
  narrator.heading('Setting the stage');
  const devnet = set.use(await startDevnet());
  const { market, deployment } = devnet.book;
  narrator.say(
    `a chain at ${devnet.network.rpc}, a block every ${devnet.book.blockMilliseconds} ms; market ${market} from block ${deployment.block}`,
  );
  const renter = await devnet.addRenter('renter');
  const providers = await devnet.addProviders(count, TERMS);
  const quit = new AbortController();
  const { signal } = quit;
  set.defer(() => quit.abort(new Error('the run is over')));
  const reader = await createSettlementReader({ rpcUrl: devnet.network.rpc, book: devnet.book, signal });
  const watch = watchAudits(reader, signal);
  const sheets = await reader.providers(signal);
  for (const { person, provider, daemon } of providers) {
    const stake = sheets.find((sheet) => sheet.provider === provider)?.stake ?? 0n;
    narrator.say(`${person.name}: process ${daemon.pid}, ${join('people', person.name)}, stake ${showTokens(stake)}`);
  }
  const { address: account } = await renter.holdfast(['wallet', 'address']);
  const down = set.move();
  const wallet = address(String(account));
  return {
    devnet,
    reader,
    watch,
    narrator,
    code,
    renter,
    wallet,
    providers,
    signal,
    quit,
    [Symbol.asyncDispose]: () => down.disposeAsync(),
  };
};
