import { codeOf } from '../../core/errors/coded.js';
import { isHoldfastError } from '../../core/errors/holdfast-error.js';
import { showCoins, showTokens } from '../../core/amount-text.js';
import { slashOf } from '../../core/market/rent.js';
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
  /** Why the newest try at a proof of `period` failed: the code of its error. */
  causeOf(period: Period): string | undefined;
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
  /** Whether a node has taken it, or may have. */
  isSent: boolean;
}

/** Samples that were made for a draw. */
interface Made {
  readonly firstBlockHash: Hash;
  readonly samples: Uint8Array;
}

/** Failures after which the same samples will do: what is wrong is not with them. */
const KEEPING = new Set<string>(['COIN_TOO_SMALL', 'FEE_TOO_HIGH', 'RPC_UNREACHABLE', 'NONCE_TAKEN']);

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

  /** Codes of the failures in a period, the newest last: the first of each is told. */
  let failures: { readonly period: Period; readonly codes: readonly string[] } | undefined;
  let made: Made | undefined;

  const noteFailure = (period: Period, error: unknown): void => {
    const code = codeOf(error);
    const before = failures?.period === period ? failures.codes : [];
    failures = { period, codes: [...before.filter((other) => other !== code), code] };
    if (!KEEPING.has(code)) made = undefined;
    metrics.count('holdfast_proofs_total', { outcome: 'failed' });
    (before.includes(code) ? log.debug : log.warn)('proof-failed', { period, error });
  };

  const causeOf: Auditor['causeOf'] = (period) => (failures?.period === period ? failures.codes.at(-1) : undefined);

  const alarmOfDelay = ({ period, offset, sheet }: Moment): void => {
    const { parameters } = settlement;
    const { burnt, bounty, compensation } = slashOf(sheet.total, parameters);
    const sent = inHand?.period === period && inHand.isSent;
    const slash = showTokens(burnt + bounty + compensation);
    alarm('proof-late', period, { offset, windowBlocks: parameters.windowBlocks, sent, cause: causeOf(period), slash });
  };

  const submit = async (samples: Uint8Array, decision: Extract<ProofDecision, { kind: 'prove' }>, sent: InHand): Promise<void> => {
    const { period, deadline, replace } = decision;
    const action = { kind: 'prove', provider: options.provider, period, samples } as const;
    const onSent = (): void => {
      sent.isSent = true;
      metrics.count('holdfast_proofs_total', { outcome: replace ? 'replaced' : 'sent' });
      log.info('proof-sent', { period, bytes: samples.length });
    };
    try {
      const receipt = await settlement.submit(action, { priority: 'audit', deadline, signal: sent.giveUp.signal, onSent });
      options.onFee?.(receipt);
      metrics.count('holdfast_proofs_total', { outcome: 'mined' });
      log.info('proof-mined', { period, block: receipt.block, gasUsed: receipt.gasUsed, fee: showCoins(receipt.fee) });
    } catch (error) {
      if (sent.giveUp.signal.aborted) return;
      noteFailure(period, error);
    } finally {
      if (inHand === sent) inHand = undefined;
    }
  };

  const build = async (period: Period, signal: AbortSignal): Promise<Uint8Array | undefined> => {
    try {
      return await buildProof(options, period, signal);
    } catch (error) {
      signal.throwIfAborted();
      failures = { period, codes: [codeOf(error)] };
      if (isHoldfastError(error, 'SEED_UNAVAILABLE')) log.debug('seed-unavailable', { period });
      else alarm('proof-impossible', period, { error });
      return undefined;
    }
  };

  return {
    causeOf,
    get busy() {
      return inHand !== undefined;
    },
    step: async (moment, signal) => {
      const { period, firstBlock } = moment;
      const { parameters } = settlement;
      if (proofIsLate({ ...moment, parameters })) alarmOfDelay(moment);
      const firstBlockHash = await settlement.blockHash(firstBlock, signal);
      if (firstBlockHash === undefined) return;
      const decision = decideProof({ ...moment, firstBlockHash, parameters, policy, inHand });
      if (decision.kind === 'none') return;
      const samples = made?.firstBlockHash === firstBlockHash ? made.samples : await build(period, signal);
      // Another hash now means that the draw was of a block that is gone: the next head decides anew.
      if (samples === undefined || (await settlement.blockHash(firstBlock, signal)) !== firstBlockHash) return;
      made = { firstBlockHash, samples };
      if (decision.replace) log.warn('proof-replaced', { period, firstBlockHash });
      inHand?.giveUp.abort();
      const sent: InHand = { period, firstBlockHash, giveUp: new AbortController(), isSent: false };
      inHand = sent;
      void submit(samples, decision, sent);
    },
  };
};
