import type { MetricName, MetricTable } from '../core/metrics/metric-table.js';

type NameOf<Kind extends MetricTable[MetricName]['kind']> = {
  [Name in MetricName]: MetricTable[Name]['kind'] extends Kind ? Name : never;
}[MetricName];
export type CounterName = NameOf<'counter'>;
export type GaugeName = NameOf<'gauge'>;
export type HistogramName = NameOf<'histogram'>;

type Values<Name extends MetricName> = MetricTable[Name]['labels'];
/** The labels of a metric, each with one of its values. */
export type LabelsOf<Name extends MetricName> = {
  readonly [Label in keyof Values<Name>]: Values<Name>[Label] extends readonly (infer Value extends string)[] ? Value : never;
};
/** The labels as the last argument of a call; none where the metric has none. */
type Labelled<Name extends MetricName> = keyof Values<Name> extends never ? [] : [labels: LabelsOf<Name>];

/** What a process counts and measures, for whoever watches it; see `metricTable`. Amounts and values are finite. */
export interface Metrics {
  /** Adds one to a counter. */
  count<Name extends CounterName>(name: Name, ...labels: Labelled<Name>): void;
  /** Adds `amount`, zero or more, to a counter. */
  add<Name extends CounterName>(name: Name, amount: number, ...labels: Labelled<Name>): void;
  /** Sets a gauge. */
  set<Name extends GaugeName>(name: Name, value: number, ...labels: Labelled<Name>): void;
  /** Puts a measure into a histogram. */
  observe<Name extends HistogramName>(name: Name, value: number, ...labels: Labelled<Name>): void;
}
