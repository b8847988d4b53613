import { showSize } from '../../../../node/cli/amounts.js';
import { tokens } from '../money.js';
import type { MarketEvent } from '../../../../node/ports/settlement.js';
import type { Answer } from '../../devnet/person.js';
import type { SourceFile } from '../source-files.js';
import type { Stage } from '../stage.js';

/** What storing two files took. */
export interface StoredFiles {
  readonly first: SourceFile;
  readonly second: SourceFile;
  /** Transactions that the renter's wallet sent for the second one. */
  readonly secondTransactions: number;
  /** Providers that hold shards, by address. */
  readonly holders: readonly string[];
}

/** Step 1: a file becomes shards at n providers; a second one fits into the same deals without a transaction of the renter's. */
export const storeFiles = async (
  stage: Stage,
  [first, second]: readonly [SourceFile, SourceFile],
  periods: number,
): Promise<StoredFiles> => {
  const { narrator, code } = stage;
  narrator.say(`${showSize(first.bytes)}, SHA-256 ${first.sha256}; any ${code.k} of ${code.n} shards bring it back`);
  const before = await stage.reader.head(stage.signal);
  tellQuote(stage, await put(stage, first, periods));
  const events = await stage.reader.events(before.block, (await stage.reader.head(stage.signal)).block, stage.signal);
  tellDeals(stage, events);
  narrator.say(`then a second file, ${showSize(second.bytes)}, into the room of the same deals …`);
  const sent = await transactionCount(stage);
  await put(stage, second, periods);
  const secondTransactions = (await transactionCount(stage)) - sent;
  if (secondTransactions !== 0)
    throw new Error(`the second file took ${secondTransactions} transactions of the renter, and should take none`);
  narrator.say('stored: the providers posted the new revisions, the renter sent no transaction at all');
  const opened = events.filter(({ name }) => name === 'DealOpened');
  return { first, second, secondTransactions, holders: opened.map(({ args }) => String(args['provider']).toLowerCase()) };
};

const put = (stage: Stage, file: SourceFile, periods: number): Promise<Answer> =>
  stage.renter.holdfast(
    [
      'put',
      file.path,
      '--name',
      file.name,
      '--k',
      String(stage.code.k),
      '--n',
      String(stage.code.n),
      '--periods',
      String(periods),
      '--reads',
      '6',
    ],
    { signal: stage.signal },
  );

const transactionCount = ({ devnet, wallet }: Stage): Promise<number> => devnet.purse.provider.getTransactionCount(wallet);

const tellQuote = ({ narrator }: Stage, { quote }: Answer): void => {
  const { total, escrow } = (quote ?? {}) as { total?: string; escrow?: string };
  if (total !== undefined && escrow !== undefined) {
    narrator.say(`rent to the end of the deals ${tokens(BigInt(total))}; ${tokens(BigInt(escrow))} went into escrow`);
  }
};

const tellDeals = ({ narrator }: Stage, events: readonly MarketEvent[]): void => {
  for (const { name, args, block } of events) {
    if (name === 'DealOpened') narrator.say(`block ${block}: deal ${short(args['deal'])} opened with provider ${short(args['provider'])}`);
    if (name === 'DealCommitted') {
      narrator.say(
        `block ${block}: revision ${String(args['number'])} of deal ${short(args['deal'])} is on chain, collateral locked behind it`,
      );
    }
  }
};

/** The first digits of a long hex number. */
export const short = (hex: unknown): string => `${String(hex).slice(0, 10)}…`;
