import { expect } from 'chai';
import { metricTable } from '../../node/core/metrics/metric-table.js';
import type { Labels } from '../../node/core/metrics/row.js';
import type { Metrics } from '../../node/ports/metrics.js';

/** A value for each label. */
const anyOf = (labels: Labels): Record<string, string> =>
  Object.fromEntries(Object.entries(labels).map(([label, values]) => [label, values.at(-1) ?? '']));

/** Says something of every metric in the table. */
export const sayEverything = (metrics: Metrics): void => {
  // Names that are looped over have no types of their own.
  const any = metrics as unknown as Readonly<Record<keyof Metrics, (name: string, ...rest: readonly unknown[]) => void>>;
  for (const [name, { kind, labels }] of Object.entries(metricTable)) {
    const given = Object.keys(labels).length === 0 ? [] : [anyOf(labels)];
    if (kind === 'counter') {
      any.count(name, ...given);
      any.add(name, 2, ...given);
    } else if (kind === 'gauge') any.set(name, 3, ...given);
    else any.observe(name, 0.5, ...given);
  }
};

/** What every {@link Metrics} must do. */
export const metricsCompliance = (create: () => Metrics): void => {
  it('takes every name of the table with its labels', () => {
    expect(() => sayEverything(create())).not.to.throw();
  });

  it('takes no other name, kind or label: that does not compile', () => {
    const metrics: Metrics = create();
    const uncalled = (): void => {
      metrics.count('holdfast_proofs_total', { outcome: 'mined' });
      // @ts-expect-error a name that is not in the table
      metrics.count('holdfast_moons_total');
      // @ts-expect-error a label is missing
      metrics.count('holdfast_proofs_total');
      // @ts-expect-error a value that the label does not have
      metrics.count('holdfast_proofs_total', { outcome: 'eaten' });
      // @ts-expect-error a label that the metric does not have
      metrics.count('holdfast_revisions_signed_total', { deal: '0x1' });
      // @ts-expect-error a counter is not set
      metrics.set('holdfast_proofs_total', 1, { outcome: 'mined' });
      // @ts-expect-error a gauge is not counted
      metrics.count('holdfast_deals');
      // @ts-expect-error not an error code
      metrics.count('holdfast_refusals_total', { code: 'NO_SUCH_CODE' });
    };
    expect(uncalled).to.be.a('function');
  });
};
