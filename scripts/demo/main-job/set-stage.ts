import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSettlementReader } from '../../../node/chain/settlement-reader.js';
import { tokens } from './money.js';
import { address, type Address } from '../../../node/core/units.js';
import { startDevnet } from '../devnet/devnet.js';
import { installPacked } from '../devnet/packed-program.js';
import type { Person } from '../devnet/person.js';
import type { ProviderTerms } from '../devnet/provider.js';
import { allSheets } from './all-sheets.js';
import { watchAudits } from './audit-watch.js';
import type { Narrator } from './narrator.js';
import type { Options } from './options.js';
import type { Stage } from './stage.js';

/** What every provider of the story asks and brings. */
const TERMS: ProviderTerms = { periodPrice: '100', egressPrice: '50', stake: '20000', operatorCoin: '10', capacity: '64GiB' };

/** A stage, and how to take it down. */
export type RunningStage = Stage & AsyncDisposable;

/** Starts the chain, deploys, brings the people in, and begins to watch the audits. All of it ends when `interrupted` aborts. */
export const setStage = async (
  { providers: count, code, chain, packed }: Pick<Options, 'providers' | 'code' | 'chain' | 'packed'>,
  narrator: Narrator,
  interrupted: AbortSignal,
): Promise<RunningStage> => {
  await using set = new AsyncDisposableStack();
  narrator.heading('Setting the stage');
  const over = new AbortController();
  const signal = AbortSignal.any([over.signal, interrupted]);
  const packageFolder = packed ? await mkdtemp(join(tmpdir(), 'holdfast-packed-')) : undefined;
  if (packageFolder !== undefined) set.defer(() => rm(packageFolder, { recursive: true, force: true }));
  const program = packageFolder === undefined ? undefined : await installPacked(packageFolder, signal);
  if (program !== undefined) narrator.say('everybody runs the packed package, installed globally in a folder of its own');
  const devnet = set.use(await startDevnet(signal, { client: chain, ...(program !== undefined && { program: [program] }) }));
  set.defer(() => over.abort(new Error('the run is over')));
  const { market, deployment } = devnet.book;
  narrator.say(
    `a chain (${chain}) at ${devnet.network.rpc}, a block every ${devnet.book.blockMilliseconds} ms; market ${market} from block ${deployment.block}`,
  );
  const renter = await devnet.addRenter('renter');
  const neighbour = await devnet.addRenter('neighbour');
  const providers = await devnet.addProviders(count, TERMS);
  const reader = await createSettlementReader({ rpcUrl: devnet.network.rpc, book: devnet.book, signal });
  set.defer(() => reader.close());
  const watch = watchAudits(
    reader,
    providers.map(({ provider }) => provider),
    signal,
  );
  const sheets = await allSheets(reader, signal);
  for (const { person, provider, daemon } of providers) {
    const stake = sheets.find((sheet) => sheet.provider === provider)?.stake ?? 0n;
    narrator.say(`${person.name}: process ${daemon.pid}, ${join('people', person.name)}, stake ${tokens(stake)}`);
  }
  const walletOf = async (person: Person): Promise<Address> => address(String((await person.holdfast(['wallet', 'address']))['address']));
  const [wallet, neighbourWallet] = await Promise.all([walletOf(renter), walletOf(neighbour)]);
  const down = set.move();
  return {
    devnet,
    reader,
    watch,
    narrator,
    code,
    renter,
    wallet,
    neighbour,
    neighbourWallet,
    providers,
    signal,
    [Symbol.asyncDispose]: () => down.disposeAsync(),
  };
};
