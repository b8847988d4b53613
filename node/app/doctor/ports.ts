import { once } from 'node:events';
import { createServer } from 'node:net';
import { ok, problem, type Verdict } from './check.js';

/** A TCP port that a daemon would listen on, and the setting that names it. */
export interface Port {
  readonly host: string;
  readonly port: number;
  readonly setting: string;
}

const TCP = /^\/ip[46]\/([^/]+)\/tcp\/(\d{1,5})(\/|$)/;

/** The TCP ports among multiaddrs to listen on; a port 0 takes a free one and is left out. */
export const portsOf = (listen: readonly string[]): readonly Port[] =>
  listen
    .map((multiaddr) => TCP.exec(multiaddr))
    .flatMap((match) => (match ? [{ host: match[1] ?? '', port: Number(match[2]), setting: 'listen' }] : []))
    .filter(({ port }) => port !== 0);

/** Why nothing can listen there now, or undefined. Listens for a moment. */
const refusalOf = async ({ host, port }: Port): Promise<string | undefined> => {
  const server = createServer();
  server.listen(port, host);
  try {
    await once(server, 'listening');
    server.close();
    await once(server, 'close');
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
};

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program has it',
  EACCES: 'this user may not listen there',
  EADDRNOTAVAIL: 'this machine has no such address',
};

/** Whether all `ports` can be listened on. */
export const portVerdict = async (ports: readonly Port[]): Promise<Verdict> => {
  if (ports.length === 0) return ok('any free one');
  for (const port of ports) {
    const refusal = await refusalOf(port);
    if (refusal === undefined) continue;
    const name = `${port.host}:${port.port}`;
    return problem(
      `${name} cannot be listened on: ${reasons[refusal] ?? refusal}`,
      `Free it, or set "provider.${port.setting}" in config.json to another.`,
    );
  }
  return ok(`${ports.map(({ host, port }) => `${host}:${port}`).join(', ')} free`);
};
