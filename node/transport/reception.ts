import { HoldfastError, isHoldfastError } from '../core/errors/holdfast-error.js';
import type { Admission, ProviderService } from '../ports/link.js';
import type { Acquaintances } from './door/acquaintances.js';
import { createAllowance } from './door/allowance.js';
import { createReadings } from './door/readings.js';
import { createTurnstile } from './door/turnstile.js';
import type { Exchange, Heard } from './exchanges/exchange.js';
import type { ServerLimits } from './limits.js';
import type { Channel } from './wire/channel.js';
import type { Wire } from './wire/wire.js';

/** A request, and who asks: undefined where anybody may. */
export interface Received {
  readonly heard: Heard;
  readonly admission: Admission | undefined;
  /** All is done that strangers are let in for a few at a time. */
  lookedAt(): void;
  /** Frees the place in which it was heard. */
  leave(): void;
}

/**
 * Hears requests and finds out who asks, before anything scarce is taken for them: strangers are heard in places of their own, for a
 * short time, and looked at a few at a time.
 */
export interface Reception {
  receive(exchange: Pick<Exchange<never, unknown>, 'hear'>, wire: Wire, channel: Channel, signal: AbortSignal): Promise<Received>;
  /** A request came to nothing by the fault of the peer: one that has many of them loses its connection. `count` is how many it is worth; one by default. */
  failed(wire: Wire, count?: number): void;
  /** Requests of strangers being heard and looked at. */
  readonly strangers: number;
}

export interface ReceptionOptions {
  readonly service: Pick<ProviderService, 'authorize'>;
  readonly limits: ServerLimits;
  readonly acquaintances: Acquaintances;
}

const REMEMBERED_FAILURES = 4_096;

export const createReception = ({ service, limits, acquaintances }: ReceptionOptions): Reception => {
  const readings = createReadings({
    total: limits.readings,
    perPeer: limits.readingsPerPeer,
    perAddress: limits.readingsPerAddress,
    perRange: limits.readingsPerRange,
  });
  const turnstile = createTurnstile({
    what: 'requests of strangers',
    inside: limits.strangersInside,
    perSecond: limits.strangersPerSecond,
    waitingPerAddress: limits.readingsPerAddress,
    waiting: limits.readings,
    waitMilliseconds: limits.turnMilliseconds,
  });
  const failures = createAllowance({ atOnce: limits.failures, perSecond: limits.failuresPerSecond, remembered: REMEMBERED_FAILURES });

  /** The whole request, or PEER_SILENT: however it is spread over time. */
  const hearWithin = async (exchange: Pick<Exchange<never, unknown>, 'hear'>, channel: Channel, milliseconds: number): Promise<Heard> => {
    const silent = new HoldfastError('PEER_SILENT', { peer: channel.peer, waitedFor: 'a whole request', milliseconds });
    const timer = setTimeout(() => channel.abort(silent), milliseconds);
    try {
      return await exchange.hear(channel, milliseconds);
    } finally {
      clearTimeout(timer);
    }
  };
  const authorize = async (peer: string, { authorization }: Heard, signal: AbortSignal): Promise<Admission | undefined> => {
    if (authorization === undefined) return undefined;
    try {
      const admission = await service.authorize(peer, authorization, signal);
      acquaintances.meet(peer, admission);
      return admission;
    } catch (error) {
      if (isHoldfastError(error) && acquaintances.of(peer)?.deal === authorization.deal) acquaintances.forget(peer);
      throw error;
    }
  };
  /** Whether it comes from an acquaintance that speaks for nothing new. */
  const isFamiliar = (peer: string, { authorization }: Heard): boolean => {
    const known = acquaintances.of(peer);
    return known !== undefined && (authorization === undefined || authorization.deal === known.deal);
  };

  return {
    get strangers() {
      return readings.strangers;
    },
    failed(wire, count) {
      const { peer, origin } = wire;
      if (failures.spend(acquaintances.of(peer) === undefined ? origin.address : peer, count)) return;
      acquaintances.forget(peer);
      wire.disconnect(new HoldfastError('PEER_MISBEHAVED', { peer, what: 'too many of its requests come to nothing' }));
    },
    async receive(exchange, wire, channel, signal) {
      const { peer, origin } = wire;
      const isStranger = acquaintances.of(peer) === undefined;
      const leaveReading = readings.enter({ peer, origin, evict: (reason) => wire.disconnect(reason) }, isStranger);
      let lookedAt = (): void => undefined;
      const leave = (): void => {
        lookedAt();
        leaveReading();
      };
      try {
        const heard = await hearWithin(exchange, channel, isStranger ? limits.readingMilliseconds : limits.silenceMilliseconds);
        if (!isFamiliar(peer, heard)) lookedAt = await turnstile.enter(origin, signal);
        return { heard, admission: await authorize(peer, heard, signal), lookedAt, leave };
      } catch (error) {
        leave();
        throw error;
      }
    },
  };
};
