import type { Terms } from '../../ports/link.js';
import { hear, say } from '../wire/dialogue.js';
import { termsAnswer, termsRequest } from '../messages/terms.js';
import type { Exchange } from './exchange.js';

export const termsExchange: Exchange<Readonly<Record<never, never>>, Terms> = {
  protocol: '/holdfast/terms/1',
  async ask(channel, request, limits) {
    await say(channel, termsRequest, request);
    return hear(channel, termsAnswer, limits.silenceMilliseconds);
  },
  async hear(channel, milliseconds) {
    await hear(channel, termsRequest, milliseconds);
    return {
      async answer({ service, signal }) {
        await say(channel, termsAnswer, await service.terms(channel.peer, signal));
      },
    };
  },
};
