import { isHoldfastError } from '../../core/errors/holdfast-error.js';
import type { Hash, Period } from '../../core/units.js';
import type { Receipt, Settlement } from '../../ports/settlement.js';
import type { Metrics } from '../../ports/metrics.js';
import type { EventName, Log } from '../../ports/world.js';
import { buildProof, type ProofSources } from './build-proof.js';
import { decideProof, proofIsLate, type ProofDecision } from './decide-proof.js';
import type { Moment } from '../moment.js';
import type { ProviderPolicy } from '../policy.js';

/** Proves each period, first and alone. */
export interface Auditor {
  /** Sends a proof if one is due in `moment`, and resolves without waiting until it is mined. */
  step(moment: Moment, signal: AbortSignal): Promise<void>;
  /** Whether a proof is on its way. */
  readonly busy: boolean;
}

export interface AuditorOptions extends ProofSources {
  readonly settlement: Settlement;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly policy: Pick<ProviderPolicy, 'proofDelay'>;
  /** Called when a proof is mined, with what its gas cost. */
  readonly onFee?: (receipt: Receipt) => void;
}

interface InHand {
  readonly period: Period;
  readonly firstBlockHash: Hash;
  readonly giveUp: AbortController;
}

export const createAuditor = (options: AuditorOptions): Auditor => {
  const { settlement, log, metrics, policy } = options;
  let inHand: InHand | undefined;
  /** Alarms go off once a period each. */
  const alarmed = new Map<string, Period>();
  const alarm = (event: EventName, period: Period, facts: Record<string, unknown>): void => {
    if (alarmed.get(event) === period) return;
    alarmed.set(event, period);
    log.alarm(event, { period, ...facts });
  };

  const submit = async (samples: Uint8Array, decision: Extract<ProofDecision, { kind: 'prove' }>, sent: InHand): Promise<void> => {
    const { period, deadline } = decision;
    const action = { kind: 'prove', provider: options.provider, period, samples } as const;
    try {
      const receipt = await settlement.submit(action, { priority: 'audit', deadline, signal: sent.giveUp.signal });
      options.onFee?.(receipt);
      metrics.count('holdfast_proofs_total', { outcome: 'mined' });
      log.info('proof-mined', { period, block: receipt.block, gasUsed: receipt.gasUsed, fee: receipt.fee });
    } catch (error) {
      if (sent.giveUp.signal.aborted) return;
      metrics.count('holdfast_proofs_total', { outcome: 'failed' });
      log.warn('proof-failed', { period, error });
    } finally {
      if (inHand === sent) inHand = undefined;
    }
  };

  const build = async (period: Period, signal: AbortSignal): Promise<Uint8Array | undefined> => {
    try {
      return await buildProof(options, period, signal);
    } catch (error) {
      signal.throwIfAborted();
      if (isHoldfastError(error, 'SEED_UNAVAILABLE')) log.debug('seed-unavailable', { period });
      else alarm('proof-impossible', period, { error });
      return undefined;
    }
  };

  return {
    get busy() {
      return inHand !== undefined;
    },
    step: async (moment, signal) => {
      const { period, firstBlock, offset } = moment;
      const { parameters } = settlement;
      if (proofIsLate({ ...moment, parameters }))
        alarm('proof-late', period, { offset, windowBlocks: parameters.windowBlocks, sent: inHand?.period === period });
      const firstBlockHash = await settlement.blockHash(firstBlock, signal);
      if (firstBlockHash === undefined) return;
      const decision = decideProof({ ...moment, firstBlockHash, parameters, policy, inHand });
      if (decision.kind === 'none') return;
      const samples = await build(period, signal);
      // Another hash now means that the draw was of a block that is gone: the next head decides anew.
      if (samples === undefined || (await settlement.blockHash(firstBlock, signal)) !== firstBlockHash) return;
      metrics.count('holdfast_proofs_total', { outcome: decision.replace ? 'replaced' : 'sent' });
      if (decision.replace) log.warn('proof-replaced', { period, firstBlockHash });
      inHand?.giveUp.abort();
      const sent: InHand = { period, firstBlockHash, giveUp: new AbortController() };
      inHand = sent;
      log.info('proof-sent', { period, offset, bytes: samples.length });
      void submit(samples, decision, sent);
    },
  };
};
