import { jsonLine } from '../../app/json-text.js';
import { isSince, openLedger, type Ledger } from '../../app/ledger/session.js';
import type { LedgerRecord } from '../../chain/ledger/decode.js';
import type { Call, Outcome } from '../command.js';
import { csvHeader, csvRows, recordJson, recordLines, undoneLines, verificationJson, verificationLines } from './format.js';
import type { Wish } from './wish.js';

/** A bar over the first verification; later ones are short. */
const progressOf = (call: Call, quiet: boolean): { readonly to: (done: number, of: number) => void; readonly end: () => void } => {
  let bar: ReturnType<Call['terminal']['progress']> | undefined;
  let over = quiet;
  return {
    to: (done, of) => {
      if (over) return;
      bar ??= call.terminal.progress('Verifying', of);
      bar.to(done);
    },
    end: () => {
      bar?.end();
      over = true;
    },
  };
};

/** Prints records as they come, in the form that was asked for. */
const writerOf = (call: Call, { csv, follow }: Wish, vault: string): Record<'record' | 'undone', (record: LedgerRecord) => void> => {
  const { terminal } = call;
  const print = (lines: readonly string[]): void => lines.forEach(terminal.print);
  if (terminal.json) {
    const line = (kind: string) => (record: LedgerRecord) =>
      follow ? print([jsonLine({ kind, ...recordJson(record, vault) })]) : undefined;
    return { record: line('record'), undone: line('undone') };
  }
  if (csv) return { record: (one) => print(csvRows('added', one, vault)), undone: (one) => print(csvRows('undone', one, vault)) };
  return { record: (one) => print(recordLines(one, vault)), undone: (one) => print(undoneLines(one, vault)) };
};

/** Tells what is there, and goes on with `follow`; the records that were told. */
const tell = async (call: Call, wish: Wish, ledger: Ledger, endProgress: () => void): Promise<readonly LedgerRecord[]> => {
  const { vault } = ledger.book;
  const write = writerOf(call, wish, vault);
  const told: LedgerRecord[] = [];
  if (wish.csv) call.terminal.print(csvHeader);
  for await (const news of ledger.news({ start: wish.since, follow: wish.follow, whole: wish.byProvider })) {
    endProgress();
    if (news.kind === 'reached') {
      const verification = ledger.verification();
      if (wish.follow && call.terminal.json && verification !== undefined)
        call.terminal.print(jsonLine({ kind: 'verified', ...verificationJson(verification, false) }));
      continue;
    }
    const record = wish.filter(news.record);
    if (record === undefined || !isSince(record, wish.since)) continue;
    write[news.kind](record);
    // A follower keeps nothing: what it told is printed.
    if (!wish.follow) told.push(record);
  }
  return told;
};

/** What a told history was held against. */
const heldLines = (held: ReturnType<Ledger['held']>): readonly string[] => {
  if (held === undefined) return [];
  const { block, checked, refused } = held;
  const rest =
    refused === 0 ? '' : `; ${refused} could not be looked at, since this RPC has no state of the blocks before: leave --since out`;
  return [`Held against the contracts in block ${block}: ${checked} of their sums and entries are what these events come to${rest}.`];
};

const outcomeOf = ({ follow, csv, head }: Wish, ledger: Ledger, records: readonly LedgerRecord[]): Outcome => {
  const { book, rpcs } = ledger;
  const { deployment, vault, family } = book;
  const verification = ledger.verification();
  const facts = { family, rpcs, headGiven: head !== undefined, deployment: deployment.block };
  const events = records.reduce((sum, record) => sum + record.events.length, 0);
  const sum = follow ? [] : [`${events} events in ${records.length} blocks.`];
  const verified =
    verification === undefined
      ? [...heldLines(ledger.held()), `Not verified: this is what ${rpcs.join(' and ')} says. Add --verify.`]
      : verificationLines(verification, facts);
  return {
    text: csv ? [] : [...sum, ...verified],
    json: {
      chainId: book.chainId,
      family,
      market: book.market,
      deployment,
      rpcs,
      held: ledger.held() ?? null,
      verified: verification === undefined ? null : verificationJson(verification, facts.headGiven),
      records: records.map((record) => recordJson(record, vault)),
    },
    ...(follow ? { printed: true as const } : {}),
  };
};

/** Reads the ledger and tells what was asked for. */
export const tellLedger = async (call: Call, wish: Wish): Promise<Outcome> => {
  const progress = progressOf(call, wish.csv);
  try {
    const settings = await call.settings();
    const ledger = await openLedger({ settings, verify: wish.verify, head: wish.head, progress: progress.to, signal: call.signal });
    const records = await tell(call, wish, ledger, progress.end);
    return outcomeOf(wish, ledger, records);
  } finally {
    progress.end();
  }
};
