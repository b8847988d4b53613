import { HoldfastError, isHoldfastError } from '../core/errors/holdfast-error.js';
import type { ProviderService } from '../ports/link.js';
import { noMetrics } from '../core/metrics/no-metrics.js';
import type { LabelsOf, Metrics } from '../ports/metrics.js';
import type { Log } from '../ports/world.js';
import { createChannel } from './wire/channel.js';
import { refuse } from './wire/dialogue.js';
import type { AnswerContext, Exchange } from './exchanges/exchange.js';
import { egressExchange } from './exchanges/egress.js';
import { listSectorsExchange } from './exchanges/list-sectors.js';
import { readLeavesExchange } from './exchanges/read-leaves.js';
import { signRevisionExchange } from './exchanges/sign-revision.js';
import { termsExchange } from './exchanges/terms.js';
import { writeSectorExchange } from './exchanges/write-sector.js';
import { serverLimits, type ServerLimits } from './limits.js';
import { createSlots } from './slots.js';
import type { Wire } from './wire/wire.js';

type Answerer = Pick<Exchange<never, unknown>, 'protocol' | 'answer'>;
const answerers: readonly Answerer[] = [
  termsExchange,
  writeSectorExchange,
  signRevisionExchange,
  readLeavesExchange,
  listSectorsExchange,
  egressExchange,
];

export const protocols: readonly string[] = answerers.map(({ protocol }) => protocol);

type RequestLabels = LabelsOf<'holdfast_requests_total'>;

/** What a protocol asks for: the name in `/holdfast/<name>/<version>`. */
const requestOf = (protocol: string): RequestLabels['request'] => protocol.split('/')[2] as RequestLabels['request'];

/** Whether the provider says no, rather than that something broke in it. */
const isRefusal = (error: unknown): error is HoldfastError => isHoldfastError(error) && error.code !== 'INTERNAL';

export interface AnswerOptions {
  readonly service: ProviderService;
  readonly limits?: Partial<ServerLimits>;
  readonly log?: Log;
  /** Default: nobody counts. */
  readonly metrics?: Metrics;
}

/** The provider's end of all exchanges, whatever carries them. */
export interface RequestAnswerer {
  /** Answers one request; never rejects. */
  answer(protocol: string, wire: Wire): Promise<void>;
  /** Refuses what is in hand with PEER_STOPPING, waits for it to end, and breaks off what does not. */
  stop(): Promise<void>;
}

export const createRequestAnswerer = ({ service, limits: given, log, metrics = noMetrics }: AnswerOptions): RequestAnswerer => {
  const limits: ServerLimits = { ...serverLimits, ...given };
  const requests = createSlots({ what: 'requests', total: limits.requests, perPeer: limits.requestsPerPeer });
  const uploads = createSlots({ what: 'uploads', total: limits.uploads, perPeer: limits.uploadsPerPeer });
  const listings = createSlots({ what: 'revisions and listings', total: limits.listings, perPeer: limits.listingsPerPeer });
  const stopping = new AbortController();
  const inHand = new Map<Wire, Promise<void>>();

  const report = (protocol: string, peer: string, error: unknown): void => {
    if (isRefusal(error)) log?.debug('request-refused', { protocol, peer, code: error.code, why: error.message });
    else log?.warn('request-failed', { protocol, peer, error });
  };
  const count = (protocol: string, outcome: RequestLabels['outcome']): void =>
    metrics.count('holdfast_requests_total', { request: requestOf(protocol), outcome });
  const countRefusal = (protocol: string, error: unknown): void => {
    count(protocol, isRefusal(error) ? 'refused' : 'failed');
    metrics.count('holdfast_refusals_total', { code: isRefusal(error) ? error.code : 'INTERNAL' });
  };
  const answer = async (protocol: string, wire: Wire): Promise<void> => {
    const channel = createChannel(wire, limits);
    const signal = AbortSignal.any([wire.gone, stopping.signal]);
    const free = requests.tryTake(wire.peer);
    const context: AnswerContext = { service, limits, signal, uploads, listings };
    try {
      stopping.signal.throwIfAborted();
      if (!free) throw new HoldfastError('PEER_BUSY', { what: 'requests', limit: limits.requestsPerPeer });
      await (answerers.find((answerer) => answerer.protocol === protocol) as Answerer).answer(channel, context);
      count(protocol, 'answered');
    } catch (error) {
      report(protocol, wire.peer, error);
      if (wire.gone.aborted) count(protocol, 'failed');
      else countRefusal(protocol, error);
      if (!wire.gone.aborted) await refuse(channel, error).catch((cause: unknown) => report(protocol, wire.peer, cause));
    } finally {
      await channel.finish();
      free?.();
    }
  };
  return {
    answer(protocol, wire) {
      const done = answer(protocol, wire).finally(() => inHand.delete(wire));
      inHand.set(wire, done);
      return done;
    },
    async stop() {
      const reason = new HoldfastError('PEER_STOPPING', {});
      stopping.abort(reason);
      const timer = setTimeout(() => {
        for (const wire of inHand.keys()) wire.abort(reason);
      }, limits.lingerMilliseconds);
      await Promise.all(inHand.values());
      clearTimeout(timer);
    },
  };
};
