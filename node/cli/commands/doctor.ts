import type { Finding } from '../../app/doctor/check.js';
import type { CommandSpec } from '../command.js';

const marks = { ok: 'ok', problem: 'PROBLEM', skipped: 'skipped' } as const;

const linesOf = (finding: Finding): readonly string[] => [
  `${marks[finding.status].padEnd(8)} ${finding.name.padEnd(9)} ${finding.says}`,
  ...(finding.status === 'problem' ? [`${' '.repeat(18)} → ${finding.remedy}`] : []),
];

const closing = (problems: number): string =>
  problems === 0 ? 'All is well.' : `${problems} ${problems === 1 ? 'problem' : 'problems'}; each line says what to do.`;

export const command: CommandSpec = {
  examples: ['holdfast doctor', 'holdfast doctor --json'],
  run: async (call) => {
    const { runChecks } = await import('../../app/doctor/check.js');
    const { checks } = await import('../../app/doctor/checks.js');
    const { createFacts } = await import('../../app/doctor/facts.js');
    await using facts = createFacts(() => call.settings(), call.signal);
    const findings = await runChecks(checks, facts, call.signal);
    const problems = findings.filter(({ status }) => status === 'problem').length;
    return {
      text: [...findings.flatMap(linesOf), closing(problems)],
      json: { ok: problems === 0, checks: findings },
      exitCode: problems === 0 ? 0 : 1,
    };
  },
};
