import { createRequestAnswerer, protocols, type AnswerOptions, type Load } from './answer-requests.js';
import type { Host } from './host.js';
import { createStreamWire } from './wire/stream-wire.js';

/** A service that peers can reach. */
export interface ProviderServer {
  load(): Load;
  /** Takes no further request, ends what is in hand. The host stays up. */
  stop(): Promise<void>;
}

export type ProviderServerOptions = Omit<AnswerOptions, 'service' | 'acquaintances'>;

/** Lets peers reach `service` through `host`; it is told the peer id that each connection proved. */
export const serveProvider = async (
  host: Host,
  service: AnswerOptions['service'],
  options: ProviderServerOptions = {},
): Promise<ProviderServer> => {
  const answerer = createRequestAnswerer({ service, acquaintances: host.acquaintances, ...options });
  await Promise.all(
    protocols.map((protocol) =>
      host.node.handle(
        protocol,
        (stream, connection) => {
          void answerer.answer(protocol, createStreamWire(stream, connection));
        },
        // The host bounds the streams of a connection and we the requests: libp2p need not count per protocol.
        { maxInboundStreams: Infinity },
      ),
    ),
  );
  return {
    load: () => answerer.load(),
    async stop() {
      await host.node.unhandle([...protocols]);
      await answerer.stop();
    },
  };
};
