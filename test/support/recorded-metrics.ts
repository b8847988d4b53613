import type { MetricName } from '../../node/core/metrics/metric-table.js';
import type { Metrics } from '../../node/ports/metrics.js';

/** Metrics that a test can read. */
export interface RecordedMetrics extends Metrics {
  /** The sum of a counter, the value of a gauge, or how often a histogram was given a measure; of labels that match the given ones. */
  value(name: MetricName, labels?: Readonly<Record<string, string>>): number;
}

type Labels = Readonly<Record<string, string>>;

export const createRecordedMetrics = (): RecordedMetrics => {
  const series = new Map<string, { readonly name: string; readonly labels: Labels; value: number }>();
  const change = (name: string, labels: Labels, next: (before: number) => number): void => {
    const key = JSON.stringify([name, labels]);
    const one = series.get(key) ?? { name, labels, value: 0 };
    one.value = next(one.value);
    series.set(key, one);
  };
  return {
    count: (name, labels: Labels = {}) => change(name, labels, (before) => before + 1),
    add: (name, amount, labels: Labels = {}) => change(name, labels, (before) => before + amount),
    set: (name, value, labels: Labels = {}) => change(name, labels, () => value),
    observe: (name, _value, labels: Labels = {}) => change(name, labels, (before) => before + 1),
    value: (name, wanted = {}) =>
      [...series.values()]
        .filter((one) => one.name === name && Object.entries(wanted).every(([label, value]) => one.labels[label] === value))
        .reduce((sum, { value }) => sum + value, 0),
  };
};
