import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { metricTable } from '../core/metrics/metric-table.js';
import type { Metrics } from '../ports/metrics.js';

/** Metrics that Prometheus can read. */
export interface PrometheusMetrics extends Metrics {
  /** Media type of the text. */
  readonly contentType: string;
  /** All metrics as they stand, in Prometheus' text format. */
  text(): Promise<string>;
}

type Collector = Counter | Gauge | Histogram;

/** Everything in the table, in a registry of its own. */
export const createPrometheusMetrics = (): PrometheusMetrics => {
  const registry = new Registry();
  const collectors = new Map<string, Collector>();
  for (const [name, { kind, help, labels, ...rest }] of Object.entries(metricTable)) {
    const terms = { name, help, labelNames: Object.keys(labels), registers: [registry] };
    const buckets = 'buckets' in rest ? [...(rest.buckets ?? [])] : [];
    if (kind === 'counter') collectors.set(name, new Counter(terms));
    else if (kind === 'gauge') collectors.set(name, new Gauge(terms));
    else collectors.set(name, new Histogram({ ...terms, buckets }));
  }
  const counterOf = (name: string): Counter => collectors.get(name) as Counter;
  return {
    count: (name, labels: Record<string, string> = {}) => counterOf(name).inc(labels),
    add: (name, amount, labels: Record<string, string> = {}) => counterOf(name).inc(labels, amount),
    set: (name, value, labels: Record<string, string> = {}) => (collectors.get(name) as Gauge).set(labels, value),
    observe: (name, value, labels: Record<string, string> = {}) => (collectors.get(name) as Histogram).observe(labels, value),
    contentType: registry.contentType,
    text: () => registry.metrics(),
  };
};
