/** How much of one file the tests ran. */
export interface FileCoverage {
  readonly path: string;
  /** Lines with code, and those that ran. */
  readonly lines: number;
  readonly linesHit: number;
  /** Percent of the statements that ran, with two digits behind the point. */
  readonly statements: number;
  /** Numbers of the lines that did not run. */
  readonly missed: readonly number[];
}

export interface CoverageReport {
  readonly files: readonly FileCoverage[];
  /** Percent of all statements that ran. */
  readonly statements: number;
}

/** A row of the table that Hardhat prints: path, percent of lines, percent of statements, lines. */
const ROW = /^║ (\S+) +│ +([\d.]+) +│ +([\d.]+) +│/gm;

/**
 * Puts together Hardhat's lcov.info (lines) and the table it prints (statements: lcov has no place for them, and Hardhat
 * writes them nowhere else). Throws an Error if a file is in one of them only.
 */
export const readReport = (lcov: string, output: string): CoverageReport => {
  const statements = new Map([...output.matchAll(ROW)].map(([, path = '', , percent]) => [path, Number(percent)]));
  const statementsOf = (path: string): number => {
    const percent = statements.get(path);
    if (percent === undefined) throw new Error(`Hardhat's table of coverage does not name ${path}`);
    return percent;
  };
  const files = lcov
    .split('end_of_record')
    .filter((record) => record.includes('SF:'))
    .map((record): FileCoverage => {
      const path = /^SF:(.*)$/m.exec(record)?.[1] ?? '';
      const lines = [...record.matchAll(/^DA:(\d+),(\d+)/gm)].map(([, line, runs]) => ({ line: Number(line), runs: Number(runs) }));
      const missed = lines.filter(({ runs }) => runs === 0).map(({ line }) => line);
      return { path, lines: lines.length, linesHit: lines.length - missed.length, statements: statementsOf(path), missed };
    })
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  if (files.length !== statements.size - 1) throw new Error("Hardhat's table of coverage and its lcov.info name different files");
  return { files, statements: statementsOf('Total') };
};

const linePercent = (lines: number, hit: number): number => (lines === 0 ? 100 : (hit * 100) / lines);

const totalLinePercent = ({ files }: CoverageReport): number =>
  linePercent(
    files.reduce((sum, file) => sum + file.lines, 0),
    files.reduce((sum, file) => sum + file.linesHit, 0),
  );

/** The report as a table, a file a row, all of them in the last. */
export const coverageTable = (report: CoverageReport): string => {
  const rows = report.files.map(({ path, lines, linesHit, statements, missed }) => [
    path,
    linePercent(lines, linesHit).toFixed(2),
    statements.toFixed(2),
    missed.join(', '),
  ]);
  const all = [
    ['file', 'lines %', 'statements %', 'lines that did not run'],
    ...rows,
    ['all', totalLinePercent(report).toFixed(2), report.statements.toFixed(2), ''],
  ];
  const width = (column: number): number => Math.max(...all.map((row) => row[column]?.length ?? 0));
  const [path, lines, statements] = [width(0), width(1), width(2)];
  return all
    .map(([first = '', second = '', third = '', last = '']) =>
      `${first.padEnd(path)}  ${second.padStart(lines)}  ${third.padStart(statements)}  ${last}`.trimEnd(),
    )
    .join('\n');
};

/** What is covered by less than `least` percent, a sentence each. */
export const shortcomings = (report: CoverageReport, least: number): readonly string[] => {
  const all = [
    ...report.files.map(({ path, lines, linesHit, statements }) => ({ path, lines: linePercent(lines, linesHit), statements })),
    { path: 'contracts/', lines: totalLinePercent(report), statements: report.statements },
  ];
  return all.flatMap(({ path, ...figures }) =>
    (['lines', 'statements'] as const)
      .filter((what) => figures[what] < least)
      .map((what) => `${path}: ${figures[what].toFixed(2)} % of ${what} ran, fewer than ${least} %`),
  );
};
