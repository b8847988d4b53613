import type { EgressState } from '../../ports/link.js';
import { hear, say } from '../wire/dialogue.js';
import { egressAnswer, egressRequest, type EgressRequest } from '../messages/egress.js';
import type { Exchange } from './exchange.js';

export const egressExchange: Exchange<EgressRequest, EgressState> = {
  protocol: '/holdfast/egress/1',
  async ask(channel, request, limits) {
    await say(channel, egressRequest, request);
    return hear(channel, egressAnswer, limits.silenceMilliseconds);
  },
  async hear(channel, milliseconds) {
    const { authorization } = await hear(channel, egressRequest, milliseconds);
    return {
      authorization,
      async answer({ service, signal, enter }) {
        await enter('requests');
        const { served, voucher } = await service.egress(channel.peer, authorization, signal);
        await say(channel, egressAnswer, { served, voucher });
      },
    };
  },
};
