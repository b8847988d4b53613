import type { Gathered } from '../../app/files/gather.js';
import type { StoreResult } from '../../app/files/store-files.js';
import type { RenterSession } from '../../app/renter-session.js';
import { foldersOf } from '../../app/settings/folders.js';
import { countText } from '../../core/amount-text.js';
import { isHoldfastError } from '../../core/errors/holdfast-error.js';
import { nameText } from '../../core/visible-text.js';
import type { StoredObject } from '../../ports/catalogue.js';
import type { Quote } from '../../renter/homes/quote.js';
import { count, showSize, size } from '../amounts.js';
import { commandText } from '../argument-text.js';
import type { Call, Outcome, ParameterSpec } from '../command.js';
import { objectFacts } from './object-facts.js';
import { agreeingOptions, createPutAgreement, maxEscrowOf } from './put-agreement.js';
import { quoteJson } from './quote-lines.js';
import { failureJson } from './failure-lines.js';
import { narrate } from './narration.js';
import { payingOptions, paymentOf, periodsOf } from './paying-options.js';
import { withRenter } from './with-renter.js';
import { settleShape, shapeOf, shapeOptions } from './shape-options.js';
import { failedLines, narrateRun, someLines, type RunNarration } from './run-lines.js';
import { keepShares } from './shares-kept.js';

const MOST_SPOOL = 2 ** 44;

/** Options of everything that stores files: their shape, what is paid, and what is asked before. */
export const storingOptions: readonly ParameterSpec[] = [
  ...shapeOptions,
  ...payingOptions,
  ...agreeingOptions,
  { flags: '--reads <count>', description: 'how often new deals can pay for reading all their room (default: 1)' },
  {
    flags: '--keep-versions <count>',
    description: 'of each name that is stored, delete all but so many of the newest versions (default: keep all)',
  },
  { flags: '--spool <size>', description: 'most of a stream that lies on disk until it is stored (default: 4GiB)' },
];

const storedLines = (call: Call, stored: readonly StoredObject[]): readonly string[] => {
  const [first] = stored;
  if (!first) return [];
  const bytes = stored.reduce((sum, object) => sum + object.bytes, 0);
  if (stored.length > 1) return [`Stored ${countText(stored.length, 'file')}, ${showSize(bytes)}.`];
  return [
    `Stored "${nameText(first.name)}" (${showSize(first.bytes)}), SHA-256 ${first.sha256.slice(2)}.`,
    `Get it back with: ${commandText(call, 'holdfast get', [first.name])}`,
  ];
};

const unchangedLines = (unchanged: readonly StoredObject[]): readonly string[] => {
  const [first] = unchanged;
  if (!first) return [];
  if (unchanged.length > 1) return [`${countText(unchanged.length, 'file')} had been stored before and have not changed.`];
  return [`"${nameText(first.name)}" (${showSize(first.bytes)}) had been stored before and has not changed.`];
};

const outcomeOf = (
  call: Call,
  { skipped, failed: unfit }: Gathered,
  { stored, unchanged, failed, dropped, quote, failures }: StoreResult,
): Outcome => {
  const wrong = [...unfit, ...failed];
  const all = [...stored, ...unchanged];
  const skippedLines = skipped.map(({ path, reason }) => `  skipped ${nameText(path)}: ${reason}`);
  const lines = [...storedLines(call, stored), ...unchangedLines(unchanged)];
  return {
    text: [
      ...(lines.length === 0 ? ['Nothing was stored.'] : lines),
      ...(dropped.length === 0
        ? []
        : [`Deleted ${countText(dropped.length, 'former version')}, ${showSize(dropped.reduce((sum, { bytes }) => sum + bytes, 0))}.`]),
      ...someLines(skippedLines),
      ...failedLines(wrong.map(({ path, error }) => ({ what: path, error }))),
    ],
    json: {
      ...(all.length === 1 && all[0] && { object: objectFacts(all[0]) }),
      objects: stored.map(objectFacts),
      unchanged: unchanged.map(objectFacts),
      skipped: skipped.map(({ path, reason }) => ({ path, reason })),
      failed: wrong.map(({ path, error: { code, message } }) => ({ path, code, message })),
      dropped: dropped.map(objectFacts),
      quote: quoteJson(quote),
      failures: failureJson(failures),
    },
    exitCode: wrong.length > 0 ? 1 : 0,
  };
};

/** Payment, as options or settings say. */
const termsOf = async ({ options, settings }: Call) => {
  const { renter } = await settings();
  return {
    periods: periodsOf(options),
    reads: options.parsed('reads', ...count(0)) ?? renter.reads,
    keepVersions: options.parsed('keepVersions', ...count(1)) ?? renter.keepVersions,
    ...paymentOf(options),
  };
};

/** Stores what was gathered: one screen and one question before it is paid, bars while it is sent, and what became of it. */
export const storeGathered = async (call: Call, gathered: Gathered): Promise<Outcome> => {
  const spool = call.options.parsed('spool', ...size('4GiB', MOST_SPOOL));
  const settings = await call.settings();
  const terms = await termsOf(call);
  const wish = shapeOf(call.options, settings.renter);
  const dryRun = call.options.flag('dryRun');
  const agreement = createPutAgreement(call, maxEscrowOf(call));
  let quoted: Quote | undefined;
  const narration: RunNarration = gathered.files.length > 1 ? narrateRun(call.terminal, 'storing', { paid: true }) : narrate(call.terminal);
  const { report, end } = narration;
  const store = async ({ renter, wallet }: RenterSession): Promise<Outcome> => {
    const records = wish.target === undefined ? [] : await wallet.settlement.providerRecords(call.signal);
    const { line, ...shape } = settleShape(wish, records);
    if (line !== undefined) call.terminal.say(line);
    const { storeFiles } = await import('../../app/files/store-files.js');
    const result = await storeFiles(renter, gathered.files, {
      ...terms,
      ...shape,
      confirm: (quote) => {
        quoted = quote;
        return dryRun ? Promise.resolve(false) : agreement.confirm(quote);
      },
      input: () => call.standard.input,
      spool: { folder: foldersOf(settings).spool, most: spool },
      signal: call.signal,
      report: (event) => {
        agreement.hear(event);
        report(event);
      },
      onPlan: ({ files, unchanged, bytes }) => {
        const before = unchanged.length === 0 ? '' : `; ${unchanged.length} stored before`;
        narration.begin?.(files.length, `${countText(files.length, 'file')} to store, ${showSize(bytes)}${before}`);
      },
      onFile: ({ path }) => narration.next?.(path),
      onStream: ({ path }) => call.terminal.say(`Reading ${nameText(path)} until whoever writes it ends …`),
    }).finally(end);
    const outcome = outcomeOf(call, gathered, result);
    const shares = dryRun ? [] : await keepShares(renter, call.signal);
    return { ...outcome, text: [...outcome.text, ...shares] };
  };
  // A reader can send no transaction: nothing is paid, whatever happens.
  const stored = withRenter(call, store, dryRun ? 'reader' : 'wallet');
  return await stored.catch((error: unknown) => {
    if (!dryRun || !isHoldfastError(error, 'QUOTE_DECLINED')) throw error;
    return { text: ['Nothing was stored, and nothing paid.'], json: { dryRun, quote: quoteJson(quoted) } };
  });
};
