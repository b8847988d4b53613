import { format, resolveConfig } from 'prettier';
import { metricTable } from '../../../node/core/metrics/metric-table.js';
import type { Labels } from '../../../node/core/metrics/row.js';

/** Where the page lies, from the root. */
export const METRICS_PAGE = 'docs/metrics.md';

const INTRODUCTION = `# Metrics

What a provider's daemon counts and measures, in Prometheus' text format: \`GET /metrics\` of its local HTTP API. Address and token of that
API stand in \`daemon.json\` in the home folder, which its owner alone can read:

\`\`\`
curl -H "Authorization: Bearer $(jq -r .token ~/.holdfast/daemon.json)" $(jq -r .url ~/.holdfast/daemon.json)/metrics
\`\`\`

Counters begin at zero with each start of the daemon. No label names a deal, a peer or an address: the values of each are few, and known
beforehand. The table is \`node/core/metrics/metric-table.ts\`, from which \`npm run docs -- metrics\` writes this page; a test fails if it is not what
comes out, or if nothing in \`node/\` uses a name. What a renter counts is for programs that run one; no command shows it.
`;

/** Most values of a label that are listed in the table itself. */
const LISTED = 8;

const labelText = ([label, values]: readonly [string, readonly string[]]): string => {
  if (label === 'code') return '`code`: one of `docs/errors.md`';
  return values.length > LISTED ? `\`${label}\`, see below` : `\`${label}\`: ${values.join(', ')}`;
};

/** The long lists of values, each once. */
const longLists = (): string[] => {
  const labels = Object.values(metricTable).flatMap(({ labels: all }) => Object.entries<readonly string[]>(all));
  const long = new Map(labels.filter(([label, values]) => label !== 'code' && values.length > LISTED));
  return [...long].map(([label, values]) => `Values of \`${label}\`: ${values.map((value) => `\`${value}\``).join(', ')}.`);
};

const labelsText = (labels: Labels): string => Object.entries(labels).map(labelText).join('; ');

/** The page of all metrics, from their table. */
export const metricsPage = async (root: string): Promise<string> => {
  const rows = Object.entries(metricTable).map(([name, { kind, unit, help, labels }]) => [
    `\`${name}\``,
    kind,
    unit,
    [help, labelsText(labels)].join(' ').trim(),
  ]);
  const table = [['name', 'kind', 'unit', 'meaning, and labels with their values'], ['---', '---', '---', '---'], ...rows]
    .map((row) => `| ${row.join(' | ')} |`)
    .join('\n');
  const options = await resolveConfig(`${root}/${METRICS_PAGE}`);
  return await format([INTRODUCTION, table, ...longLists()].join('\n\n'), { ...options, plugins: [], parser: 'markdown' });
};
