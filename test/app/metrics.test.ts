import { expect } from 'chai';
import { createPrometheusMetrics } from '../../node/app/prometheus.js';
import { metricTable } from '../../node/core/metrics/metric-table.js';
import { noMetrics } from '../../node/core/metrics/no-metrics.js';
import { createRecordedMetrics } from '../support/recorded-metrics.js';
import { metricsCompliance, sayEverything } from './metrics-compliance.js';

describe('metrics that nobody reads', () => {
  metricsCompliance(() => noMetrics);
});

describe('metrics of tests', () => {
  metricsCompliance(createRecordedMetrics);
});

describe('metrics for Prometheus', () => {
  metricsCompliance(createPrometheusMetrics);

  it('shows all of the table with kind and meaning, from the start', async () => {
    const text = await createPrometheusMetrics().text();
    for (const [name, { kind, help }] of Object.entries(metricTable)) {
      expect(text).to.include(`# HELP ${name} ${help}\n# TYPE ${name} ${kind}\n`);
    }
  });

  it('shows what was counted, set and measured, by label', async () => {
    const metrics = createPrometheusMetrics();
    metrics.count('holdfast_proofs_total', { outcome: 'sent' });
    metrics.count('holdfast_proofs_total', { outcome: 'sent' });
    metrics.add('holdfast_served_bytes_total', 4096);
    metrics.set('holdfast_head_block', 77);
    metrics.observe('holdfast_rpc_call_seconds', 0.2, { method: 'eth_call' });
    const text = await metrics.text();
    expect(text).to.include('\nholdfast_proofs_total{outcome="sent"} 2\n');
    expect(text).to.include('\nholdfast_served_bytes_total 4096\n');
    expect(text).to.include('\nholdfast_head_block 77\n');
    expect(text).to.include('\nholdfast_rpc_call_seconds_bucket{le="0.1",method="eth_call"} 0\n');
    expect(text).to.include('\nholdfast_rpc_call_seconds_bucket{le="0.3",method="eth_call"} 1\n');
    expect(text).to.include('\nholdfast_rpc_call_seconds_sum{method="eth_call"} 0.2\n');
  });

  it('keeps two daemons in one process apart', async () => {
    const [one, other] = [createPrometheusMetrics(), createPrometheusMetrics()];
    sayEverything(one);
    expect(await other.text()).not.to.match(/^holdfast_proofs_total/m);
    expect(await one.text()).to.match(/^holdfast_proofs_total\{outcome="failed"\} 3$/m);
  });
});
