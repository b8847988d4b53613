import type { ProviderCheck } from '../../../app/provider-check.js';
import { LEAF_BYTES } from '../../../core/units.js';
import type { DealFinding, DealProblem } from '../../../provider/keep/check-deals.js';
import { showTokens } from '../../../core/amount-text.js';
import { showSize } from '../../amounts.js';
import type { CommandSpec } from '../../command.js';

const says = ({ chain, signed, newest, missing }: DealFinding): Readonly<Record<DealProblem, string>> => ({
  'revision-lost': `the chain holds revision ${chain?.number ?? 0n}, and the journal has ${newest === 0n ? 'none' : `only ${newest}`}`,
  'number-lost': `revision ${signed} was signed, and the journal has ${newest === 0n ? 'none' : `only ${newest}`}`,
  'sectors-missing': `${missing.length} sectors (${showSize(missing.reduce((sum, { leaves }) => sum + leaves * LEAF_BYTES, 0))}) are not on the disk`,
});

const remedies: Readonly<Record<DealProblem, string>> = {
  'revision-lost':
    '--repair seeks it among the sectors on disk, or takes it from the renter’s listing (--listing FILE, which "holdfast deals listing" writes)',
  'number-lost': 'the renter may have it signed again, or takes it from its listing (--repair --listing FILE)',
  'sectors-missing': 'the renter’s "holdfast renter run" sends them again; restore the files if you have a copy',
};

const linesOf = (finding: DealFinding): readonly string[] => [
  `${finding.deal}  ${showTokens(finding.collateral)} of collateral at stake`,
  ...finding.problems.flatMap((problem) => [`  ${says(finding)[problem]}`, `    → ${remedies[problem]}`]),
  `    → or give the deal up, which costs the collateral: holdfast provider forfeit ${finding.deal}`,
];

const faultLine = ({ kind, ...facts }: ProviderCheck['faults'][number]): string =>
  'key' in facts
    ? `Journal: the row ${facts.key} cannot be read`
    : `Journal: ${kind.replaceAll('-', ' ')} (${Object.values(facts).join(', ')})`;

const storeFaultLine = ({ kind, ...facts }: ProviderCheck['storeFaults'][number]): string =>
  `Sectors: ${kind.replaceAll('-', ' ')} (${Object.values(facts)
    .filter((fact) => fact !== undefined)
    .map(String)
    .join(', ')})`;

const faultJson = (fault: ProviderCheck['faults'][number] | ProviderCheck['storeFaults'][number]) =>
  'error' in fault ? { ...fault, error: String(fault.error) } : fault;

export const command: CommandSpec = {
  options: [
    { flags: '--repair', description: 'put back what can be found: lost revisions whose sectors are there, the index of sectors' },
    { flags: '--listing <file>', description: 'what a renter knows of its deal, as JSON: signed revision and sectors' },
  ],
  examples: ['holdfast provider check', 'holdfast provider check --repair', 'holdfast provider check --json'],
  run: async (call) => {
    const { keystoreOf, openReader } = await import('../../../app/wallet-session.js');
    const { checkProvider } = await import('../../../app/provider-check.js');
    const settings = await call.settings();
    const provider = settings.provider.owner ?? (await keystoreOf(settings).addressOf('wallet'));
    await using session = await openReader(settings, call.signal);
    const report = await checkProvider({
      settings,
      provider,
      reader: session.reader,
      repair: call.options.flag('repair'),
      listing: call.options.text('listing'),
      signal: call.signal,
    });
    const troubled = report.deals.filter(({ problems }) => problems.length > 0);
    const repaired = Object.entries(report.repaired).map(([deal, from]) => `${deal}  repaired, from the ${from}`);
    const closing = troubled.length === 0 ? 'Nothing is missing.' : `${troubled.length} of ${report.deals.length} deals lack something.`;
    return {
      text: [
        ...report.faults.map(faultLine),
        ...report.storeFaults.map(storeFaultLine),
        ...repaired,
        ...troubled.flatMap(linesOf),
        `${report.deals.length} deals compared with the chain, ${report.loose.length} sectors on disk that nothing names.`,
        closing,
      ],
      json: {
        ok: troubled.length === 0,
        provider,
        ...report,
        faults: report.faults.map(faultJson),
        storeFaults: report.storeFaults.map(faultJson),
      },
      exitCode: troubled.length === 0 ? 0 : 1,
    };
  },
};
