import { HoldfastError } from '../core/errors/holdfast-error.js';
import { anySignal } from '../core/tasks/waiting.js';
import type { ProviderLink } from '../ports/link.js';
import { createChannel, type Channel } from './wire/channel.js';
import type { Exchange } from './exchanges/exchange.js';
import { egressExchange } from './exchanges/egress.js';
import { listSectorsExchange } from './exchanges/list-sectors.js';
import { lostSectorsExchange } from './exchanges/lost-sectors.js';
import { readLeavesExchange } from './exchanges/read-leaves.js';
import { signDifferenceExchange } from './exchanges/sign-difference.js';
import { signRevisionExchange } from './exchanges/sign-revision.js';
import { termsExchange } from './exchanges/terms.js';
import { writeSectorExchange } from './exchanges/write-sector.js';
import type { DialerLimits } from './limits.js';
import type { Slots } from './slots.js';
import type { Wire } from './wire/wire.js';

/** A stream, and what is spoken on it. */
export interface OpenedWire {
  readonly wire: Wire;
  readonly protocol: string;
}

/** What a link to one provider is made of. */
export interface LinkParts {
  readonly peerId: string;
  readonly limits: DialerLimits;
  /** Requests in hand at this provider, whichever link they come through. */
  readonly requests: Slots;
  readonly uploads: Slots;
  readonly reads: Slots;
  /** Opens a stream for the first of `protocols` that the provider knows. */
  readonly openWire: (protocols: readonly string[], signal: AbortSignal) => Promise<OpenedWire>;
  readonly close: () => Promise<void>;
}

/** The renter's end of the exchanges with one provider. A request over the limits waits for its turn here. */
export const createProviderLink = ({ peerId, limits, requests, uploads, reads, openWire, close }: LinkParts): ProviderLink => {
  const closing = new AbortController();
  const either = (caller: AbortSignal | undefined): AbortSignal => anySignal(closing.signal, caller);
  const converse = async <Request, Answer>(
    exchange: Exchange<Request, Answer>,
    request: Request,
    channel: Channel,
    signal: AbortSignal,
  ): Promise<Answer> => {
    const stop = (): void => channel.abort(signal.reason);
    signal.addEventListener('abort', stop);
    try {
      signal.throwIfAborted();
      return await exchange.ask(channel, request, limits);
    } catch (error) {
      channel.abort(error);
      throw error;
    } finally {
      signal.removeEventListener('abort', stop);
    }
  };
  /** Its place is free again only when the stream is closed at both ends, so that the provider never sees more than we may have. */
  const ask = async <Request, Answer>(
    exchange: Exchange<Request, Answer>,
    request: Request,
    callerSignal: AbortSignal | undefined,
    /** How the version before said it. */
    former?: Exchange<Request, Answer>,
  ): Promise<Answer> => {
    const signal = either(callerSignal);
    const free = await requests.take(peerId, signal);
    let over: Promise<void> | undefined;
    try {
      const versions = former === undefined ? [exchange] : [exchange, former];
      const { wire, protocol } = await openWire(
        versions.map((version) => version.protocol),
        signal,
      );
      const spoken = versions.find((version) => version.protocol === protocol) ?? exchange;
      const channel = createChannel(wire, limits);
      const answer = await converse(spoken, request, channel, signal);
      over = channel.finish();
      return answer;
    } finally {
      if (over) void over.finally(free);
      else free();
    }
  };
  const within = async (slots: Slots, signal: AbortSignal | undefined, work: () => Promise<void>): Promise<void> => {
    const free = await slots.take(peerId, either(signal));
    try {
      await work();
    } finally {
      free();
    }
  };
  return {
    terms: (signal) => ask(termsExchange, {}, signal),
    writeSector: (authorization, source, signal) =>
      within(uploads, signal, () => ask(writeSectorExchange, { authorization, source }, signal)),
    signRevision: (authorization, request, signal) => ask(signDifferenceExchange, { authorization, request }, signal, signRevisionExchange),
    readLeaves: (authorization, reader, signal) => within(reads, signal, () => ask(readLeavesExchange, { authorization, reader }, signal)),
    egress: (authorization, signal) => ask(egressExchange, { authorization }, signal),
    listSectors: (authorization, signal) => ask(listSectorsExchange, { authorization }, signal),
    lostSectors: (authorization, range, signal) => ask(lostSectorsExchange, { authorization, range }, signal),
    async close() {
      if (closing.signal.aborted) return;
      closing.abort(new HoldfastError('ABORTED', { what: `the link to peer ${peerId}` }));
      await close();
    },
  };
};
