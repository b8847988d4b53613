import { countText, showTokens } from '../../core/amount-text.js';
import { codeOf } from '../../core/errors/coded.js';
import { HoldfastError, isHoldfastError } from '../../core/errors/holdfast-error.js';
import { nameText } from '../../core/visible-text.js';
import { isHeld, type Finding } from '../../renter/verify/finding.js';
import type { ProviderFinding } from '../../renter/verify/provider-findings.js';
import type { VerifyResult, WantingObject } from '../../renter/verify/verify-objects.js';
import type { Depth } from '../../renter/verify/sample-places.js';
import { showSize } from '../amounts.js';
import { someLines } from './run-lines.js';

/** What is said of shards that are not held, and of those of which the chain has no root yet. */
const WORDS: Readonly<Record<Exclude<Finding, 'held'>, string>> = {
  signed: 'by a root that both have signed and the chain does not have yet',
  over: 'in deals that nobody has to keep any more',
  unnamed: 'that their deals do not name',
  behind: 'in deals of which the chain has a revision that is not known here',
  wrong: 'for which it gave something else',
  rotten: 'that it says it lost',
  refused: 'that it refused to show',
  silent: 'for which it did not answer',
  unpaid: 'whose reading their deals have no escrow for',
  priced: 'whose reading has a price, which only whoever has the deal can pay',
};

/** What helps where shards are not held. */
const REMEDIES: readonly (readonly [findings: readonly Finding[], remedy: (again: string) => string])[] = [
  [['silent'], (again) => `Who did not answer may only be away: try again later. What is lost for good is made anew with: ${again}`],
  [['over', 'unnamed', 'wrong', 'rotten', 'refused'], (again) => `To make anew elsewhere what is missing: ${again}`],
  [['behind'], () => 'This list of what is stored is older than what the chain has: "holdfast recover --merge" brings it up to date.'],
  [['unpaid'], () => 'To pay for reading: holdfast deals deposit DEAL AMOUNT --reads'],
];

const countOf = (shards: ProviderFinding['shards'], wanted: (finding: Finding) => boolean): number =>
  [...shards].reduce((sum, [finding, count]) => sum + (wanted(finding) ? count : 0), 0);

/** The code of what it said; of a refusal the provider's own. */
const briefly = (error: Error): string => (isHoldfastError(error, 'PEER_REFUSED') ? error.data.code : codeOf(error));

/** What one provider holds, for people. */
export const providerLine = ({ provider, shards, error, lastProven }: ProviderFinding): string => {
  const [held, all] = [countOf(shards, isHeld), countOf(shards, () => true)];
  const others = [...shards].flatMap(([finding, count]) => (finding === 'held' ? [] : [`${count} ${WORDS[finding]}`]));
  const proven = lastProven === undefined || lastProven === 0 ? '' : `; proved on chain last in period ${lastProven}`;
  return [
    `  ${provider ?? 'unknown to the chain'}  holds ${held} of ${countText(all, 'shard')}`,
    others.length === 0 ? '' : `: ${others.join(', ')}`,
    error === undefined ? '' : ` (${briefly(error)})`,
    proven,
  ].join('');
};

const wantingLine = ({ object: { name, k, n }, held }: WantingObject): string =>
  `  "${nameText(name)}"  ${held} of ${countText(n, 'shard')} held: ${held >= k ? `any ${k} bring it back` : `it takes ${k}, and cannot be read now`}`;

/** What helps, `again` being the command that repairs. */
export const remediesOf = (providers: readonly ProviderFinding[], again: string): readonly string[] => {
  const found = new Set(providers.flatMap(({ shards }) => [...shards.keys()]));
  return REMEDIES.flatMap(([findings, remedy]) => (findings.some((finding) => found.has(finding)) ? [remedy(again)] : []));
};

/** How much was looked at of so many shards. */
export const shownText = (shards: number, depth: Depth): string => {
  const what = depth === 'all' ? 'all' : depth === 1 ? 'a random leaf' : `${depth} random leaves`;
  return `${what} of each of ${countText(shards, 'shard')}, against the roots that the chain has.`;
};

/** What was found, for people. */
export const verifyLines = (result: VerifyResult, depth: Depth, again: string): readonly string[] => {
  const { objects, bytes, shards, wanting, providers, egress } = result;
  if (objects === 0) return ['Nothing is stored there: nothing was verified.'];
  return [
    `Looked at ${countText(objects, 'file')}, ${showSize(bytes)}: ${shownText(shards, depth)}`,
    ...providers.map(providerLine),
    ...(egress === 0n ? [] : [`Reading it cost ${showTokens(egress)}, out of the deals' escrow.`]),
    ...(wanting.length === 0 ? ['All of it is held.'] : [`${countText(wanting.length, 'file')} lack shards:`]),
    ...someLines(wanting.map(wantingLine)),
    ...(wanting.length === 0 ? [] : remediesOf(providers, again)),
  ];
};

/** What was found of one provider, as JSON. */
export const providerFacts = ({ provider, deals, shards, error, lastProven }: ProviderFinding): Readonly<Record<string, unknown>> => ({
  provider,
  deals: [...deals],
  shards: Object.fromEntries(shards),
  lastProvenPeriod: lastProven,
  ...(error && { message: error.message, ...(error instanceof HoldfastError && { code: error.code }) }),
});
