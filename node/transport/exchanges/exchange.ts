import type { Authorization, ProviderService } from '../../ports/link.js';
import type { BufferPool } from '../../core/tasks/buffer-pool.js';
import type { Channel } from '../wire/channel.js';
import type { ExchangeLimits, ServerLimits } from '../limits.js';

/** The scarce places there are: for requests in general, for sectors being received, for revisions and listings. */
export type PlaceKind = 'requests' | 'uploads' | 'listings';

/** What the provider's end of an exchange has in hand. */
export interface AnswerContext {
  readonly service: ProviderService;
  readonly limits: ServerLimits;
  /** Room that sectors are received in, used again and again. */
  readonly rooms: BufferPool;
  /** Aborts when the renter is gone, has lost its place, or the provider stops. */
  readonly signal: AbortSignal;
  /** Gives up the place it has and waits for one of that kind, which it has until it leaves it or all is answered. */
  enter(kind: PlaceKind): Promise<void>;
  /** Gives up the place it has: whoever waits for the renter takes none from others. */
  leave(): void;
}

/** A request that was heard. */
export interface Heard {
  /** Who asks; undefined where anybody may, and nothing scarce is taken. */
  readonly authorization?: Authorization;
  answer(context: AnswerContext): Promise<void>;
}

/** One protocol, both ends: a renter asks on one stream, the provider hears the request and answers on it. */
export interface Exchange<Request, Answer> {
  /** `/holdfast/<name>/<version>` */
  readonly protocol: string;
  ask(channel: Channel, request: Request, limits: ExchangeLimits): Promise<Answer>;
  hear(channel: Channel, milliseconds: number): Promise<Heard>;
}
