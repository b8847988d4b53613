import type { Fetched, FetchResult } from '../../app/files/fetch-objects.js';
import { countText, showTokens } from '../../core/amount-text.js';
import { nameText } from '../../core/visible-text.js';
import { showSize } from '../amounts.js';
import type { Outcome } from '../command.js';
import { objectFacts } from './object-facts.js';
import { failureJson } from './failure-lines.js';
import { failedLines, someLines } from './run-lines.js';

/** What a run of fetches came to, for people. */
export const fetchLines = ({ fetched, present, failed, egress }: FetchResult, out: string): readonly string[] => {
  const [first] = fetched;
  const bytes = fetched.reduce((sum, { object }) => sum + object.bytes, 0);
  const wrote = (): string => {
    if (first === undefined) return present.length === 0 ? 'Nothing was written.' : 'Nothing had to be written.';
    if (fetched.length > 1) return `Wrote ${countText(fetched.length, 'file')} into ${nameText(out)}, ${showSize(bytes)}.`;
    return `Wrote ${nameText(first.path)} (${showSize(first.object.bytes)}), SHA-256 ${first.object.sha256.slice(2)}.`;
  };
  return [
    wrote(),
    ...someLines(present.map(({ path }) => `  ${nameText(path)} was there already, as it was stored`)),
    ...(egress === 0n ? [] : [`Reading it cost ${showTokens(egress)}, out of the deals' escrow.`]),
    ...failedLines(failed.map(({ name, error }) => ({ what: name, error }))),
  ];
};

/** The same as JSON. */
export const fetchJson = ({ fetched, present, failed, egress, failures }: FetchResult): Outcome['json'] => {
  const [first, second] = [...fetched, ...present];
  const facts = ({ object, path }: Fetched): Record<string, unknown> => ({ ...objectFacts(object), path });
  return {
    ...(first && !second && { object: objectFacts(first.object), path: first.path }),
    objects: fetched.map(facts),
    present: present.map(facts),
    failed: failed.map(({ name, error: { code, message } }) => ({ name, code, message })),
    egress,
    failures: failureJson(failures),
  };
};
