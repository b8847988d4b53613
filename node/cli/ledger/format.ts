import type { LedgerRecord } from '../../chain/ledger/decode.js';
import type { Verification } from '../../chain/ledger/verified-history.js';
import { jsonLine } from '../../app/json-text.js';
import type { ChainFamily } from '../../core/market/networks.js';
import { wordsOfEvent } from '../event-words.js';

/** Seconds since 1970 as people read them: "2026-08-01 12:00:00Z". */
const showTime = (timestamp: number): string => new Date(timestamp * 1000).toISOString().replace('T', ' ').replace('.000', '');

/** A record as lines for people. */
export const recordLines = (record: LedgerRecord, vault: string): readonly string[] => [
  `block ${record.block}  ${showTime(record.timestamp)}`,
  `  previous ${record.parentHash}`,
  ...record.events.map((event) => `  ${wordsOfEvent(event, vault)}`),
  `  hash     ${record.hash}`,
];

/** A record that a reorganization undid, as lines for people. */
export const undoneLines = (record: LedgerRecord, vault: string): readonly string[] => [
  `undone: block ${record.block} (${record.hash}) is no longer part of the chain, and with it:`,
  ...record.events.map((event) => `  ${wordsOfEvent(event, vault)}`),
];

/** A record as JSON. */
export const recordJson = (record: LedgerRecord, vault: string): Readonly<Record<string, unknown>> => ({
  block: record.block,
  previousHash: record.parentHash,
  timestamp: record.timestamp,
  time: new Date(record.timestamp * 1000).toISOString(),
  hash: record.hash,
  events: record.events.map((event) => ({
    name: event.name,
    words: wordsOfEvent(event, vault),
    args: event.args,
    transaction: event.transaction,
    logIndex: event.logIndex,
  })),
});

const csvCell = (value: unknown): string => {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** Columns of the CSV; one row for each event. */
export const csvHeader = 'status,block,previousHash,timestamp,hash,logIndex,transaction,event,words,args';

/** The events of a record as CSV rows (RFC 4180, without its carriage returns). */
export const csvRows = (status: 'added' | 'undone', record: LedgerRecord, vault: string): readonly string[] =>
  record.events.map((event) =>
    [
      status,
      record.block,
      record.parentHash,
      new Date(record.timestamp * 1000).toISOString(),
      record.hash,
      event.logIndex,
      event.transaction,
      event.name,
      wordsOfEvent(event, vault),
      jsonLine(event.args),
    ]
      .map(csvCell)
      .join(','),
  );

const headWords = (verification: Verification, rpcs: readonly string[], given: boolean): string =>
  given ? 'as given' : `as ${rpcs.join(' and ')} both report (block ${verification.head.block})`;

/** What was verified, for people. */
export const verificationLines = (
  verification: Verification,
  { family, rpcs, headGiven, deployment }: { family: ChainFamily; rpcs: readonly string[]; headGiven: boolean; deployment: number },
): readonly string[] => {
  const { head, counts, cached, balances, reorganizedFrom } = verification;
  const way = `from block ${head.block} (${head.hash}, ${headWords(verification, rpcs, headGiven)}) down to the deployment in block ${deployment}`;
  const checked =
    family === 'other'
      ? `Compared ${way}: hashes, parents, times and events of ${counts.compared} blocks are the same at both RPCs. ` +
        "Nothing could be recomputed: the headers of this chain are not Ethereum's."
      : `Verified ${way}: the hashes of ${counts.headers} headers and the receipts roots of ${counts.receipts} blocks were recomputed.`;
  const also = [
    cached === 0 ? '' : `${cached} blocks were checked by an earlier run.`,
    family === 'op-stack' && counts.compared > 0
      ? `The receipts of ${counts.compared} blocks have a format that is not known here: both RPCs report the same, with the bloom of the header.`
      : '',
    reorganizedFrom === undefined
      ? ''
      : `The chain was reorganized since an earlier run, in block ${reorganizedFrom} or later; that part was checked anew.`,
    `${balances.checked} balances are what the events add up to.`,
    balances.refused === 0 ? '' : `${balances.refused} balances could not be checked: the RPC does not tell them for block ${head.block}.`,
  ];
  return [checked, ...also.filter((line) => line !== '')];
};

/** What was verified, as JSON. */
export const verificationJson = (verification: Verification, headGiven: boolean): Readonly<Record<string, unknown>> => ({
  head: verification.head,
  headFrom: headGiven ? 'option' : 'agreement',
  headersRecomputed: verification.counts.headers,
  receiptsRecomputed: verification.counts.receipts,
  blocksCompared: verification.counts.compared,
  blocksCached: verification.cached,
  balancesChecked: verification.balances.checked,
  balancesRefused: verification.balances.refused,
  reorganizedFrom: verification.reorganizedFrom ?? null,
});
