import { countText, showTokens } from '../../../core/amount-text.js';
import type { DaemonAnswer } from '../../../app/http/client.js';
import type { ProviderSheet } from '../../../core/market/deal.js';
import { showLeaves } from '../../amounts.js';

/** How a provider stands, for people. */

type Money = Pick<ProviderSheet, 'stake' | 'locked' | 'lockLimit'>;

/** What a lock limit means for a stake of so much. */
export const limitLines = ({ stake, locked, lockLimit }: Money): readonly string[] => {
  const cost = 'about that much a stolen operator key can cost';
  if (lockLimit < locked)
    return [
      `  deals may lock up to ${showTokens(lockLimit)} of it: the ${showTokens(locked)} that are locked stay so, and no deal can grow ` +
        'until less is locked, or "holdfast provider limit" raises the limit',
    ];
  if (lockLimit < stake)
    return [`  deals may lock up to ${showTokens(lockLimit)} of it, the limit chosen before: "holdfast provider limit" raises it; ${cost}`];
  const margin = lockLimit > stake ? ', all of it and a margin, since each miss lowers the limit' : '';
  return [`  deals may lock up to ${showTokens(lockLimit)}${margin}: ${cost}`];
};

/** Why no deal can grow; undefined if one can, as far as the chain knows. */
const fullReason = ({ stake, locked, lockLimit, ask }: Money & Pick<ProviderSheet, 'ask'>): string | undefined => {
  if (stake <= locked) return 'all of the stake is locked: "holdfast provider stake" adds to it';
  if (lockLimit <= locked) return 'the lock limit is reached: "holdfast provider limit" raises it';
  return ask.maxLeaves === 0 ? 'the ask is for no deals: "holdfast provider ask --max-deal" changes it' : undefined;
};

/** What the chain says. */
export const sheetLines = (sheet: ProviderSheet): readonly string[] => {
  const full = fullReason(sheet);
  return [
    `  stake ${showTokens(sheet.stake)}, of it locked ${showTokens(sheet.locked)}; lock limit ${showTokens(sheet.lockLimit)}; credit ${showTokens(sheet.credit)}`,
    sheet.total === 0n
      ? `  nothing stored, so nothing to prove; this is period ${sheet.decided}`
      : `  proofs: none owed up to period ${sheet.lastProven}, decided through ${sheet.decided}${sheet.frozen ? '; one is due now' : ''}`,
    ...(full === undefined ? [] : [`  no deal can grow: ${full}`]),
  ];
};

const remedies: Readonly<Record<string, string>> = {
  'lock-limit-below': '"holdfast provider limit" raises it',
  'locked-jumped':
    'if nobody else of yours runs with this operator key, it may be stolen: "holdfast provider limit 0" lets it lock no more',
  'deal-unsigned': 'if nobody else of yours runs with this operator key, it may be stolen',
  'period-missed': 'look at the log for why, and whether the operator has coin',
  'coin-low': 'send the operator coin: the log says how much, and where to',
  'coin-gone': 'send the operator coin: the log says how much, and where to; nothing is proven before',
  'stake-below': '"holdfast provider stake" adds to it: no deal can grow, and a few misses more make a default',
  'operator-replaced': "give this folder the operator's key, or name this one: it serves and proves, and signs nothing",
  'provider-unregistered': '"holdfast provider init" registers it',
  'endpoint-elsewhere': 'renters are sent elsewhere: stop whoever publishes that',
  'endpoint-unpublished': 'renters may not find it: the log says why; it is tried again',
  'identity-shared': 'stop the other daemon with these keys; if there is none of yours, they are stolen: "holdfast provider limit 0"',
  'chain-missing': 'check the RPC: the daemon goes on by itself once it answers',
  'disk-low': 'free some space: no sector is taken in before',
  'disk-full': 'free some space: the reserve is in use, and once it is gone proofs stop',
  'journal-behind': 'stop the daemon: "holdfast provider check" says what is missing',
  'row-unreadable': 'stop the daemon: "holdfast provider check" says what is missing',
  'sector-lost': 'its renter can upload it again; or restore the file',
  'sectors-missing': 'their renters can upload them again; or restore the files',
  'proof-impossible': '"holdfast provider check" says what is missing, while the daemon is stopped',
  'answer-impossible': '"holdfast provider check" says what is missing, while the daemon is stopped',
  'proof-late': 'the proof of this period is not on chain yet: the log says why',
  'answer-late': 'a challenge is not answered yet: the log says why',
  'total-differs': 'stop the daemon: "holdfast provider check" says what is missing',
  'numbers-missing': 'stop the daemon: "holdfast provider check" says what is missing',
  'numbers-damaged': 'stop the daemon: "holdfast provider check" says what is missing',
  'head-standing': 'the chain makes no blocks, or the RPC does not tell: name another one in "rpc"',
  'head-past': 'the RPC is behind, or this machine’s clock is ahead: "holdfast doctor" says which',
  'head-ahead': 'this machine’s clock is behind, or the RPC tells what is not so: "holdfast doctor" says which',
  'pack-short': 'restore it from a copy, or wait for the renters’ uploads',
  'pack-unreadable': 'look at the disk; restore it from a copy, or wait for the renters’ uploads',
  'rpc-chain-wrong': 'take the RPC that the log names out of "rpc"',
  'rpcs-disagreed': 'ask a third, such as a block explorer, and take the one that is wrong out of "rpc"',
  'transaction-unknown': 'look on a block explorer what became of it',
  'provider-defaulted': '"holdfast provider stake" and "holdfast provider limit" before new deals are taken',
};

/** What the daemon says. */
export const daemonLines = (daemon: DaemonAnswer): readonly string[] => {
  const { alarms } = daemon;
  if ('waitingFor' in daemon) return ['  the daemon waits for an RPC that serves the chain', alarmLine(alarms)];
  const { deals, mostDeals, leavesHeld, freeLeaves, egress, challenges, troubles = [], chainAnswers = true } = daemon;
  const free = freeLeaves === undefined ? '' : `, ${showLeaves(freeLeaves)} free`;
  return [
    ...(chainAnswers ? [] : ['  the chain does not answer the daemon: it serves reads, and goes on by itself once an RPC answers']),
    `  ${countText(deals, 'deal')} of at most ${mostDeals}, ${showLeaves(leavesHeld)} stored${free}`,
    ...(egress === undefined
      ? []
      : [`  egress ${showTokens(egress.promised)} promised for reads of open deals, of it ${showTokens(egress.unredeemed)} to redeem`]),
    ...challengeLines(challenges),
    ...troubles.map((event) => `  now: ${withRemedy(event)}`),
    alarmLine(alarms),
  ];
};

const withRemedy = (event: string): string => (remedies[event] === undefined ? event : `${event} (${remedies[event]})`);

const alarmLine = (alarms: DaemonAnswer['alarms']): string =>
  alarms.length === 0 ? '  no alarms' : `  ${countText(alarms.length, 'alarm')}, the last: ${withRemedy(alarms.at(-1)?.event ?? '')}`;

/** How many challenges are open, and by when the first of them must be answered. */
const challengeLines = (challenges: Extract<DaemonAnswer, { challenges: unknown }>['challenges']): readonly string[] => {
  if (challenges.length === 0) return [];
  const soonest = Math.min(...challenges.map(({ expires }) => expires));
  return [`  ${countText(challenges.length, 'challenge')} open, the first to be answered before block ${soonest}`];
};
