/** The values that each label of a metric may have. Few, and known beforehand: never an id, an address or a peer. */
export type Labels = Readonly<Record<string, readonly string[]>>;

/** What is counted or measured: one row of the table of metrics. */
export interface MetricRow<Kind extends 'counter' | 'gauge' | 'histogram', Values extends Labels> {
  readonly kind: Kind;
  readonly unit: string;
  readonly help: string;
  readonly labels: Values;
  /** Upper ends of the classes that a histogram counts in, in its unit. */
  readonly buckets?: readonly number[];
}

/** A sum that only grows while a process lives. */
export const counter = <const Values extends Labels = Readonly<Record<never, never>>>(
  unit: string,
  help: string,
  labels = {} as Values,
): MetricRow<'counter', Values> => ({ kind: 'counter', unit, help, labels });

/** How much there is now. */
export const gauge = <const Values extends Labels = Readonly<Record<never, never>>>(
  unit: string,
  help: string,
  labels = {} as Values,
): MetricRow<'gauge', Values> => ({ kind: 'gauge', unit, help, labels });

/** How often a measure fell into which class, and the sum of all. */
export const histogram = <const Values extends Labels = Readonly<Record<never, never>>>(
  unit: string,
  help: string,
  buckets: readonly number[],
  labels = {} as Values,
): MetricRow<'histogram', Values> => ({ kind: 'histogram', unit, help, labels, buckets });
