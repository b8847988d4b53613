import { expect } from 'chai';
import { readFile } from 'node:fs/promises';
import { metricTable } from '../../node/core/metrics/metric-table.js';
import { projectFiles } from '../../scripts/dev/check/project-files.js';
import { METRICS_PAGE, metricsPage } from '../../scripts/dev/docs/metrics-page.js';

const root = process.cwd();

describe('the table of metrics', () => {
  it('is what its page says', async () => {
    expect(await readFile(METRICS_PAGE, 'utf8')).to.equal(await metricsPage(root));
  });

  it('has no name that nothing uses', async () => {
    const sources = (await projectFiles(root, 'node/**/*.ts')).filter(({ path }) => !path.startsWith('node/core/metrics/'));
    const unused = Object.keys(metricTable).filter((name) => !sources.some(({ text }) => text.includes(`'${name}'`)));
    expect(unused).to.deep.equal([]);
  });

  it('names things as Prometheus wants it: counters end in _total, measures in their unit', () => {
    for (const [name, { kind, unit }] of Object.entries(metricTable)) {
      expect(name).to.match(/^holdfast(_[a-z]+)+$/);
      expect(name.endsWith('_total'), name).to.equal(kind === 'counter');
      if (unit === 'bytes' || unit === 'seconds') expect(name).to.include(`_${unit}`);
    }
  });

  it('has few values a label, those of error codes apart', () => {
    for (const [name, { labels }] of Object.entries(metricTable)) {
      const values = Object.entries<readonly string[]>(labels).filter(([label]) => label !== 'code');
      expect(
        values.reduce((product, [, each]) => product * each.length, 1),
        name,
      ).to.be.lessThan(50);
    }
  });
});
