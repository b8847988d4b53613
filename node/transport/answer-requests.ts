import { createBufferPool } from '../core/tasks/buffer-pool.js';
import { SECTOR_BYTES } from '../core/units.js';
import { HoldfastError, isHoldfastError } from '../core/errors/holdfast-error.js';
import type { ProviderService } from '../ports/link.js';
import { noMetrics } from '../core/metrics/no-metrics.js';
import type { LabelsOf, Metrics } from '../ports/metrics.js';
import type { Log } from '../ports/world.js';
import { createAcquaintances, type Acquaintances } from './door/acquaintances.js';
import { createChannel, type Channel } from './wire/channel.js';
import { refuse } from './wire/dialogue.js';
import type { Exchange, PlaceKind } from './exchanges/exchange.js';
import { egressExchange } from './exchanges/egress.js';
import { listSectorsExchange } from './exchanges/list-sectors.js';
import { lostSectorsExchange } from './exchanges/lost-sectors.js';
import { readLeavesExchange } from './exchanges/read-leaves.js';
import { signDifferenceExchange } from './exchanges/sign-difference.js';
import { signRevisionExchange } from './exchanges/sign-revision.js';
import { termsExchange } from './exchanges/terms.js';
import { writeSectorExchange } from './exchanges/write-sector.js';
import { acquaintanceLimits, serverLimits, type ServerLimits } from './limits.js';
import { createReception } from './reception.js';
import { createTenures } from './tenure.js';
import type { Wire } from './wire/wire.js';

type Answerer = Pick<Exchange<never, unknown>, 'protocol' | 'hear'>;
const answerers: readonly Answerer[] = [
  termsExchange,
  writeSectorExchange,
  signDifferenceExchange,
  signRevisionExchange,
  readLeavesExchange,
  listSectorsExchange,
  egressExchange,
  lostSectorsExchange,
];

export const protocols: readonly string[] = answerers.map(({ protocol }) => protocol);

type RequestLabels = LabelsOf<'holdfast_requests_total'>;

/** What a protocol asks for: the name in `/holdfast/<name>/<version>`. */
const requestOf = (protocol: string): RequestLabels['request'] => protocol.split('/')[2] as RequestLabels['request'];

/** What costs the provider more than the peer, when it is done again and again. */
const unpaid = ['EGRESS_UNPAID', 'EGRESS_UNFUNDED', 'EGRESS_ENDED', 'BAD_VOUCHER'] as const;

/** Failed requests that a revision counts as which is not what its change makes: the provider finds that out by making it. */
const DISAGREEMENT = 16;

/** Whether the provider says no, rather than that something broke in it. */
const isRefusal = (error: unknown): error is HoldfastError => isHoldfastError(error) && error.code !== 'INTERNAL';

export interface AnswerOptions {
  readonly service: ProviderService;
  readonly limits?: Partial<ServerLimits>;
  /** Who is known to speak for a deal. Default: nobody yet. */
  readonly acquaintances?: Acquaintances;
  readonly log?: Log;
  /** Default: nobody counts. */
  readonly metrics?: Metrics;
}

/** The provider's end of all exchanges, whatever carries them. */
export interface RequestAnswerer {
  /** Answers one request; never rejects. */
  answer(protocol: string, wire: Wire): Promise<void>;
  /** How many requests are in hand, and where. */
  load(): Load;
  /** Refuses what is in hand with PEER_STOPPING, waits for it to end, and breaks off what does not. */
  stop(): Promise<void>;
}

export interface Load {
  /** Streams whose requests are not yet over. */
  readonly inHand: number;
  /** Of these, requests of strangers. */
  readonly strangers: number;
  /** Of these, by kind of scarce place. */
  readonly places: Readonly<Record<PlaceKind, number>>;
}

export const createRequestAnswerer = ({ service, limits: given, log, metrics = noMetrics, ...options }: AnswerOptions): RequestAnswerer => {
  const limits: ServerLimits = { ...serverLimits, ...given };
  const acquaintances = options.acquaintances ?? createAcquaintances(acquaintanceLimits);
  const reception = createReception({ service, limits, acquaintances });
  // Room for each place of an upload, so that whoever has one gets it; what is idle is kept, and not given back to the system.
  const rooms = createBufferPool({ buffers: limits.uploads, bytes: limits.uploads * SECTOR_BYTES });
  const tenures = createTenures(limits);
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
  const refuseAndBreakOff = (channel: Channel, reason: HoldfastError): void => {
    void refuse(channel, reason)
      .catch(() => undefined)
      .finally(() => channel.abort(reason));
  };
  const receive = async (protocol: string, wire: Wire, channel: Channel, signal: AbortSignal) => {
    stopping.signal.throwIfAborted();
    try {
      return await reception.receive(answerers.find((answerer) => answerer.protocol === protocol) as Answerer, wire, channel, signal);
    } catch (error) {
      if (isRefusal(error) && !stopping.signal.aborted) reception.failed(wire);
      throw error;
    }
  };
  const answerReceived = async (protocol: string, wire: Wire, channel: Channel, signal: AbortSignal, leaving: (() => void)[]) => {
    const { heard, admission, lookedAt, leave } = await receive(protocol, wire, channel, signal);
    const { enter, strike, leave: leavePlace } = tenures.begin(admission, signal, (reason) => refuseAndBreakOff(channel, reason));
    leaving.push(leave, leavePlace);
    if (admission !== undefined) leave();
    try {
      await heard.answer({ service, limits, signal, rooms, enter, leave: leavePlace });
    } catch (error) {
      if (isHoldfastError(error, ...unpaid)) reception.failed(wire);
      if (isHoldfastError(error, 'REVISION_DISAGREES')) {
        strike();
        reception.failed(wire, DISAGREEMENT);
      }
      throw error;
    } finally {
      lookedAt();
    }
  };
  const answer = async (protocol: string, wire: Wire): Promise<void> => {
    const channel = createChannel(wire, limits);
    const signal = AbortSignal.any([wire.gone, stopping.signal]);
    const leaving: (() => void)[] = [];
    try {
      await answerReceived(protocol, wire, channel, signal, leaving);
      count(protocol, 'answered');
    } catch (error) {
      report(protocol, wire.peer, error);
      if (wire.gone.aborted) count(protocol, 'failed');
      else countRefusal(protocol, error);
      if (!wire.gone.aborted) await refuse(channel, error).catch((cause: unknown) => report(protocol, wire.peer, cause));
    } finally {
      await channel.finish();
      for (const leave of leaving) leave();
    }
  };
  return {
    load: () => ({ inHand: inHand.size, strangers: reception.strangers, places: tenures.taken() }),
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
