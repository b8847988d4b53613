import type { JsonRpcPayload } from 'ethers';
import { isHoldfastError } from '../../core/errors/holdfast-error.js';
import { metricTable } from '../../core/metrics/metric-table.js';
import type { LabelsOf, Metrics } from '../../ports/metrics.js';
import type { RpcAnswer } from './answer.js';

type CallLabels = LabelsOf<'holdfast_rpc_calls_total'>;

const methods: readonly string[] = metricTable.holdfast_rpc_calls_total.labels.method;
const methodOf = ({ method }: JsonRpcPayload): CallLabels['method'] =>
  methods.includes(method) ? (method as CallLabels['method']) : 'other';

const outcomeOf = (answer: RpcAnswer | null | undefined): CallLabels['outcome'] => {
  if (answer === undefined || answer === null) return 'unreachable';
  return answer.error === undefined ? 'answered' : 'refused';
};

/** Runs `post`, which carries the calls, and counts each with what came back and how long it took. */
export const measureCalls = async (
  metrics: Metrics,
  payload: JsonRpcPayload | readonly JsonRpcPayload[],
  post: () => Promise<unknown>,
): Promise<unknown> => {
  const since = performance.now();
  const tell = (outcome: (call: JsonRpcPayload) => CallLabels['outcome']): void => {
    const seconds = (performance.now() - since) / 1000;
    for (const call of [payload].flat()) {
      const method = methodOf(call);
      metrics.count('holdfast_rpc_calls_total', { method, outcome: outcome(call) });
      metrics.observe('holdfast_rpc_call_seconds', seconds, { method });
    }
  };
  try {
    const answer = await post();
    const answers = [answer].flat() as (RpcAnswer | null)[];
    tell(({ id }) => outcomeOf(answers.find((one) => one?.id === id)));
    return answer;
  } catch (error) {
    tell(() => (isHoldfastError(error, 'RPC_REFUSED') ? 'refused' : 'unreachable'));
    throw error;
  }
};
