import type { ProviderService } from '../../ports/link.js';
import type { Channel } from '../wire/channel.js';
import type { ExchangeLimits, ServerLimits } from '../limits.js';
import type { Slots } from '../slots.js';

/** What the provider's end of an exchange has in hand. */
export interface AnswerContext {
  readonly service: ProviderService;
  readonly limits: ServerLimits;
  /** Aborts when the renter is gone or the provider stops. */
  readonly signal: AbortSignal;
  readonly uploads: Slots;
  readonly listings: Slots;
}

/** One protocol, both ends: a renter asks on one stream, the provider answers on it. */
export interface Exchange<Request, Answer> {
  /** `/holdfast/<name>/<version>` */
  readonly protocol: string;
  ask(channel: Channel, request: Request, limits: ExchangeLimits): Promise<Answer>;
  answer(channel: Channel, context: AnswerContext): Promise<void>;
}
